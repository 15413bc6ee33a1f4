package io.tollgate.api;

import io.lettuce.core.api.StatefulRedisConnection;
import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.EntryMode;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Published features in Redis, as the pipeline writes them. */
final class Planted {
    static final long SEQUENCE = 12L << 32 | 7;

    private final FeatureEngine engine = FeatureEngine.compile(FeatureSets.fraudV3(), IdHasher.of(Replica.SECRET));
    private final StatefulRedisConnection<byte[], byte[]> redis;

    Planted(StatefulRedisConnection<byte[], byte[]> redis) {
        this.redis = redis;
    }

    /** A merchant with so many payments, a minute apart, the last one a minute ago. */
    List<Published> merchant(String id, int payments) {
        return publish(EntityType.MERCHANT, id, history("c-planted", id, payments));
    }

    /** A card with so many payments, a minute apart, the last one a minute ago. */
    List<Published> card(String token, int payments) {
        return publish(EntityType.CARD, token, history(token, "m-planted", payments));
    }

    /** What the issuer knows of a card. */
    List<Published> reference(String token, FeatureEvent.CardStatus status) {
        Instant yesterday = now().minus(Duration.ofDays(1));
        return publish(
                EntityType.CARD,
                token,
                List.of(new FeatureEvent.Reference(
                        new CardToken(token),
                        new AccountId("a-1"),
                        yesterday,
                        status,
                        yesterday,
                        "DE",
                        null,
                        500_000)));
    }

    void write(Published group, byte[] bytes) {
        redis.sync().set(group.key(), bytes);
    }

    void write(List<Published> groups) {
        groups.forEach(group -> write(group, group.blob()));
    }

    private List<Published> publish(EntityType type, String id, List<? extends FeatureEvent> events) {
        EntityState state = engine.newState(type);
        events.forEach(state::fold);
        String idHash = engine.entitiesOf(events.get(0)).stream()
                .filter(entity -> entity.type() == type)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no state for " + id))
                .idHash();
        return state.publish(idHash, SEQUENCE, now().toEpochMilli());
    }

    private static List<FeatureEvent> history(String card, String merchant, int payments) {
        Instant now = now();
        return java.util.stream.IntStream.rangeClosed(1, payments)
                .<FeatureEvent>mapToObj(i -> new FeatureEvent.Decided(
                        new Authorization(
                                new TransactionId("planted-" + i),
                                now.minus(Duration.ofMinutes(i)),
                                new Money(new BigDecimal("20.00"), "EUR"),
                                new Authorization.Card(new CardToken(card), new AccountId("a-1"), EntryMode.CHIP),
                                new Authorization.Merchant(new MerchantId(merchant), "5411", "DE"),
                                null,
                                null),
                        Decision.APPROVE,
                        0.01))
                .toList();
    }

    private static Instant now() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
    }
}
