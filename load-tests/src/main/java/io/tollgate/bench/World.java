package io.tollgate.bench;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A seeded town: cards that pay some times a day at shops they mostly know, for sixty days, with what is remembered of
 * them at the end.
 */
final class World {
    static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    static final Instant END = START.plus(Duration.ofDays(60));

    private static final int CARDS = 400;
    private static final int MERCHANTS = 80;

    /** Three a day for each card. */
    private static final int PAYMENTS = 3 * 60 * CARDS;

    private static final long SEQUENCE = 1;

    private final FeatureEngine engine;
    private final Map<EntityRef, EntityState> states = new HashMap<>();
    private final Random random = new Random(17);
    private int next;

    private World(FeatureEngine engine) {
        this.engine = engine;
    }

    static World sixtyDays(FeatureEngine engine) {
        World world = new World(engine);
        long step = Duration.between(START, END).toMillis() / PAYMENTS;
        for (int card = 0; card < CARDS; card++) {
            world.fold(world.reference(card));
        }
        for (int i = 0; i < PAYMENTS; i++) {
            world.fold(new FeatureEvent.Decided(
                    world.payment(START.plusMillis(i * step)), Decision.APPROVE, world.random.nextDouble() / 10));
        }
        return world;
    }

    Map<EntityRef, EntityState> states() {
        return states;
    }

    /** The next payment of somebody in town. */
    Authorization payment(Instant at) {
        int card = random.nextInt(CARDS);
        // Half of the payments go to the card's five shops, the rest anywhere; every tenth shop takes most of them.
        int merchant = random.nextBoolean()
                ? (card * 7 + random.nextInt(5)) % MERCHANTS
                : random.nextInt(4) == 0 ? random.nextInt(MERCHANTS) : random.nextInt(MERCHANTS / 10);
        boolean online = random.nextInt(3) == 0;
        return new Authorization(
                new TransactionId("0f8fad5b-d9cb-469f-a165-" + (100_000_000_000L + next++)),
                at,
                new Money(BigDecimal.valueOf(100 + random.nextInt(20_000), 2), "EUR"),
                new Authorization.Card(
                        new CardToken("c-" + card),
                        new AccountId("a-" + card),
                        online ? EntryMode.ECOM : EntryMode.CHIP),
                new Authorization.Merchant(
                        new MerchantId("m-" + merchant), "5" + (100 + merchant % 20), merchant % 9 == 0 ? "FR" : "DE"),
                new Authorization.Device(
                        new DeviceId("d-" + (random.nextInt(20) == 0 ? random.nextInt(CARDS) : card)),
                        "203.0." + card % 100 + "." + card % 250),
                new GeoPoint(50 + random.nextInt(200) / 100.0, 10 + random.nextInt(200) / 100.0));
    }

    /** What one read of the store returns for a payment. */
    byte[][] read(Authorization payment) {
        byte[][] values = new byte[engine.keys(payment).length][];
        for (EntityRef entity : engine.entitiesReadBy(payment)) {
            EntityState state = states.get(entity);
            if (state != null) {
                for (Published published : blobs(entity)) {
                    values[published.group()] = published.blob();
                }
            }
        }
        return values;
    }

    /** An entity's blobs as they stand in the store. */
    List<Published> blobs(EntityRef entity) {
        EntityState state = states.get(entity);
        return state == null ? List.of() : state.publish(entity.idHash(), SEQUENCE, END.toEpochMilli());
    }

    private FeatureEvent reference(int card) {
        return new FeatureEvent.Reference(
                new CardToken("c-" + card),
                new AccountId("a-" + card),
                START,
                FeatureEvent.CardStatus.ACTIVE,
                START.minus(Duration.ofDays(500)),
                "DE",
                new GeoPoint(50.5, 10.5),
                500_000);
    }

    private void fold(FeatureEvent event) {
        for (EntityRef entity : engine.entitiesOf(event)) {
            states.computeIfAbsent(entity, ref -> engine.newState(ref.type())).fold(event);
        }
    }
}
