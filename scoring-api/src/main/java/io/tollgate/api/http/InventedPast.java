package io.tollgate.api.http;

import io.tollgate.api.decision.FeatureSource;
import io.tollgate.api.decision.FeatureSource.Fetched;
import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Cards, devices and merchants with a month of payments behind them, as the publisher would have written them to the
 * store. Nobody in a warm-up has a past; but it is decoding and evaluating a past that the first real payment needs
 * compiled. Nothing of it leaves the process. Immutable once made.
 */
final class InventedPast {
    private static final int CARDS = 20;
    private static final int MERCHANTS = 5;
    private static final Duration LENGTH = Duration.ofDays(30);

    /** Two a day for each card. */
    private static final int PAYMENTS = 2 * 30 * CARDS;

    private static final long SEQUENCE = 1;

    private final FeatureEngine engine;
    private final Random random = new Random(7);
    private final Map<EntityRef, EntityState> states = new HashMap<>();
    private final List<Authorization> payments = new ArrayList<>();
    private final List<byte[][]> values = new ArrayList<>();

    InventedPast(FeatureEngine engine, Instant now) {
        this.engine = engine;
        Duration step = LENGTH.dividedBy(PAYMENTS);
        for (int i = 0; i < PAYMENTS; i++) {
            Authorization payment = payment(i, now.minus(LENGTH).plus(step.multipliedBy(i)));
            FeatureEvent.Decided event = new FeatureEvent.Decided(payment, Decision.APPROVE, 0);
            for (EntityRef entity : engine.entitiesOf(event)) {
                states.computeIfAbsent(entity, ref -> engine.newState(ref.type()))
                        .fold(event);
            }
        }
        for (int card = 0; card < CARDS; card++) {
            Authorization payment = payment(card, now);
            payments.add(payment);
            values.add(read(payment, now));
        }
    }

    /** Evaluates vectors, one payment after the other. */
    void evaluate(FeatureSource features, int times) {
        for (int i = 0; i < times; i++) {
            int at = i % payments.size();
            var unused = features.evaluate(payments.get(at), new Fetched.Values(values.get(at)));
        }
    }

    private byte[][] read(Authorization payment, Instant now) {
        byte[][] read = new byte[engine.keys(payment).length][];
        for (EntityRef entity : engine.entitiesReadBy(payment)) {
            EntityState state = states.get(entity);
            if (state != null) {
                for (Published published : state.publish(entity.idHash(), SEQUENCE, now.toEpochMilli())) {
                    read[published.group()] = published.blob();
                }
            }
        }
        return read;
    }

    private Authorization payment(int number, Instant at) {
        int card = number % CARDS;
        return new Authorization(
                new TransactionId("warm-up-" + number),
                at,
                new Money(
                        BigDecimal.valueOf(100 + random.nextInt(20_000), 2),
                        engine.featureSet().baseCurrency()),
                new Authorization.Card(
                        new CardToken("warm-up-" + card),
                        new AccountId("warm-up-" + card),
                        random.nextBoolean() ? EntryMode.ECOM : EntryMode.CHIP),
                new Authorization.Merchant(new MerchantId("warm-up-" + random.nextInt(MERCHANTS)), "5411", "DE"),
                new Authorization.Device(new DeviceId("warm-up-" + card), "192.0.2." + card),
                new GeoPoint(51 + random.nextDouble(), 11 + random.nextDouble()));
    }
}
