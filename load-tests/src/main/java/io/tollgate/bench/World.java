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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A seeded town: cards that pay some times a day at shops they mostly know, for sixty days, with what is remembered of
 * them at the end.
 */
public final class World {
    private static final Duration LENGTH = Duration.ofDays(60);

    /** Sixty days from a first of March. */
    static final Instant END = Instant.parse("2026-03-01T00:00:00Z").plus(LENGTH);

    private static final int CARDS = 400;
    private static final int MERCHANTS = 80;

    private static final int PAYMENTS_A_DAY = 3;

    private static final long SEQUENCE = 1;

    private final FeatureEngine engine;
    private final int cards;
    private final Instant start;
    private final Instant end;
    private final Map<EntityRef, EntityState> states = new HashMap<>();
    private final Map<EntityRef, List<FeatureEvent.Decided>> payments = new HashMap<>();
    private final Random random = new Random(17);
    private int next;

    private World(FeatureEngine engine, int cards, Instant end) {
        this.engine = engine;
        this.cards = cards;
        this.start = end.minus(LENGTH);
        this.end = end;
    }

    /** The town of the figures that are compared from one day to the next. */
    static World sixtyDays(FeatureEngine engine) {
        return sixtyDays(engine, CARDS, END);
    }

    /**
     * A town of so many cards, whose sixty days end at an instant.
     *
     * @param engine of the feature set in whose state the town is remembered
     */
    public static World sixtyDays(FeatureEngine engine, int cards, Instant end) {
        World world = new World(engine, cards, end);
        for (int card = 0; card < cards; card++) {
            world.fold(world.reference(card));
        }
        long payments = PAYMENTS_A_DAY * LENGTH.toDays() * cards;
        double step = (double) LENGTH.toMillis() / payments;
        for (long i = 0; i < payments; i++) {
            world.fold(new FeatureEvent.Decided(
                    world.payment(world.start.plusMillis((long) (i * step))),
                    Decision.APPROVE,
                    world.random.nextDouble() / 10));
        }
        return world;
    }

    /** What is remembered of everybody and everything. */
    public Map<EntityRef, EntityState> states() {
        return states;
    }

    /** An entity's payments, the oldest first. */
    List<FeatureEvent.Decided> payments(EntityRef entity) {
        return payments.getOrDefault(entity, List.of());
    }

    /** The next payment of somebody in town. */
    public Authorization payment(Instant at) {
        int card = random.nextInt(cards);
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
                        new DeviceId("d-" + (random.nextInt(20) == 0 ? random.nextInt(cards) : card)),
                        "203.0." + card % 100 + "." + card % 250),
                new GeoPoint(50 + random.nextInt(200) / 100.0, 10 + random.nextInt(200) / 100.0));
    }

    /** What one read of the store returns for a payment. */
    public byte[][] read(Authorization payment) {
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
    public List<Published> blobs(EntityRef entity) {
        EntityState state = states.get(entity);
        return state == null ? List.of() : state.publish(entity.idHash(), SEQUENCE, end.toEpochMilli());
    }

    private FeatureEvent reference(int card) {
        return new FeatureEvent.Reference(
                new CardToken("c-" + card),
                new AccountId("a-" + card),
                start,
                FeatureEvent.CardStatus.ACTIVE,
                start.minus(Duration.ofDays(500)),
                "DE",
                new GeoPoint(50.5, 10.5),
                500_000);
    }

    private void fold(FeatureEvent event) {
        for (EntityRef entity : engine.entitiesOf(event)) {
            states.computeIfAbsent(entity, ref -> engine.newState(ref.type())).fold(event);
            if (event instanceof FeatureEvent.Decided payment) {
                payments.computeIfAbsent(entity, ref -> new ArrayList<>()).add(payment);
            }
        }
    }
}
