package io.tollgate.api.http;

import io.tollgate.api.decision.RequestJson;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * A town that exists for a rehearsal: cards, devices and merchants with two months of payments behind them, as the publisher
 * would have written them, and their next payments, with a few strangers among them. What payments may be, some of these
 * are: a branch that none of them takes is compiled as one that nobody takes. Confined to one thread.
 */
final class InventedTown {
    /** So many that none of them pays suspiciously often. */
    private static final int CARDS = 300;

    private static final int MERCHANTS = 50;
    private static final Duration LENGTH = Duration.ofDays(60);

    /** Forty of each card. */
    private static final int PAYMENTS = 40 * CARDS;

    /**
     * Of so many payments, one is a stranger's, one has neither device nor place, and one is dated to the second, behind
     * others: all of it happens, little of it does.
     */
    private static final int RARE = 16;

    /** Of so many merchants, one is abroad. */
    private static final int ABROAD = 10;

    private static final long SEQUENCE = 1;
    private static final List<String> CATEGORIES = List.of("5411", "5812", "5541");
    private static final List<EntryMode> MODES = List.of(EntryMode.CHIP, EntryMode.CONTACTLESS, EntryMode.ECOM);

    private final FeatureEngine engine;
    private final String name;
    private final Random random = new Random(7);
    private final Map<EntityRef, EntityState> states = new HashMap<>();

    /** @param name tells its cards, devices, merchants and payments from everybody else's */
    InventedTown(FeatureEngine engine, String name, Instant now) {
        this.engine = engine;
        this.name = name;
        for (int card = 0; card < CARDS; card++) {
            fold(reference(card, now));
        }
        Duration step = LENGTH.dividedBy(PAYMENTS);
        for (int i = 0; i < PAYMENTS; i++) {
            Instant at = now.minus(LENGTH).plus(step.multipliedBy(i)).truncatedTo(ChronoUnit.MILLIS);
            Authorization payment = payment("past-" + i, random.nextInt(CARDS), true, at);
            fold(new FeatureEvent.Decided(payment, Decision.APPROVE, random.nextDouble() / 10));
        }
    }

    private void fold(FeatureEvent event) {
        for (EntityRef entity : engine.entitiesOf(event)) {
            states.computeIfAbsent(entity, ref -> engine.newState(ref.type())).fold(event);
        }
    }

    private FeatureEvent reference(int card, Instant now) {
        return new FeatureEvent.Reference(
                new CardToken(name + "-" + card),
                new AccountId(name + "-" + card),
                now.minus(LENGTH),
                FeatureEvent.CardStatus.ACTIVE,
                now.minus(LENGTH.multipliedBy(20)),
                "DE",
                home(),
                500_000);
    }

    /** Everybody pays near home. */
    private GeoPoint home() {
        return new GeoPoint(51 + random.nextInt(100) / 1_000.0, 11 + random.nextInt(100) / 1_000.0);
    }

    /** What the publisher would have written. */
    List<Published> blobs(Instant now) {
        List<Published> blobs = new ArrayList<>();
        states.forEach((entity, state) -> blobs.addAll(state.publish(entity.idHash(), SEQUENCE, now.toEpochMilli())));
        return blobs;
    }

    /** The body of a request. */
    byte[] request(int number, Instant now) {
        int card = rarely() ? CARDS + number : random.nextInt(CARDS);
        Instant at = now.truncatedTo(rarely() ? ChronoUnit.SECONDS : ChronoUnit.MILLIS);
        return RequestJson.encode(payment(Integer.toString(number), card, !rarely(), at));
    }

    private boolean rarely() {
        return random.nextInt(RARE) == 0;
    }

    /** Some systems number their payments, others give them UUIDs, which the features store in half the bytes. */
    private TransactionId id(String number) {
        String id = name + "-" + number;
        boolean uuid = random.nextBoolean();
        return new TransactionId(
                uuid
                        ? UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8))
                                .toString()
                        : id);
    }

    private Authorization payment(String number, int card, boolean whole, Instant at) {
        int merchant = random.nextInt(MERCHANTS);
        return new Authorization(
                id(number),
                at,
                new Money(
                        BigDecimal.valueOf(100 + random.nextInt(20_000), 2),
                        engine.featureSet().baseCurrency()),
                new Authorization.Card(
                        new CardToken(name + "-" + card),
                        new AccountId(name + "-" + card),
                        MODES.get(random.nextInt(MODES.size()))),
                new Authorization.Merchant(
                        new MerchantId(name + "-" + merchant),
                        CATEGORIES.get(merchant % CATEGORIES.size()),
                        merchant % ABROAD == 0 ? "FR" : "DE"),
                whole ? new Authorization.Device(new DeviceId(name + "-" + card), "192.0.2." + card % 256) : null,
                whole ? home() : null);
    }
}
