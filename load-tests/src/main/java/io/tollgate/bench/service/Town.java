package io.tollgate.bench.service;

import io.tollgate.bench.World;
import io.tollgate.features.EntityRef;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.Tail;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.key.RedisScript;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.features.spec.FeatureSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.UnifiedJedis;

/** Whose payments are sent: a seeded town with sixty days of past that end now, and what Redis holds of it. Immutable. */
final class Town {
    private static final int CARDS = 1_000;

    /** More than the processor can learn by heart. */
    private static final int PAYMENTS = 4_096;

    /** Everybody pays at home: at a thousand payments a second, each card pays every second. */
    private static final GeoPoint HOME = new GeoPoint(51, 11);

    private final FeatureSet set = FeatureSets.fraudV3();
    private final FeatureEngine engine;
    private final World world;
    private final List<Authorization> payments = new ArrayList<>();

    /** @param secret of the keys, as the service is given it */
    Town(String secret, Clock clock) {
        engine = FeatureEngine.compile(set, IdHasher.of(secret));
        Instant now = clock.instant();
        world = World.sixtyDays(engine, CARDS, now);
        for (int i = 0; i < PAYMENTS; i++) {
            payments.add(atHome(world.payment(now)));
        }
    }

    private static Authorization atHome(Authorization a) {
        return new Authorization(
                a.transactionId(), a.occurredAt(), a.amount(), a.card(), a.merchant(), a.device(), HOME);
    }

    FeatureSet featureSet() {
        return set;
    }

    FeatureEngine engine() {
        return engine;
    }

    /** What is sent, over and over. */
    List<Authorization> payments() {
        return payments;
    }

    List<String> featureNames() {
        return set.features().stream().map(FeatureSpec::name).toList();
    }

    /** What the publisher would have written, and the script that the tails need. */
    void publish(UnifiedJedis redis) {
        try (AbstractPipeline pipeline = redis.pipelined()) {
            for (EntityRef entity : world.states().keySet()) {
                for (Published published : world.blobs(entity)) {
                    pipeline.set(published.key(), published.blob());
                }
            }
            pipeline.sync();
        }
        var unused = redis.scriptLoad(RedisScript.APPEND_TAIL.text(), "any");
    }

    /** The values that a payment's model request carries. */
    double[] vector(Authorization payment) {
        return engine.reader().read(payment, world.read(payment), false).values();
    }

    /** What is appended once a payment was decided. */
    List<Tail.Append> tails(Authorization payment) {
        return engine.tailAppends(new FeatureEvent.Decided(payment, Decision.APPROVE, 0));
    }

    /** Beats as the publisher does: without it, the service takes what it reads for stale. */
    void heartbeat(UnifiedJedis redis, long nowMs) {
        redis.hset(
                engine.progressKey(),
                Map.of(
                        new byte[] {'0'},
                        (nowMs + ":" + nowMs + ":1").getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    /** The tails of the payments with these numbers, each once. */
    List<byte[]> tailKeys(long from, long to) {
        Set<String> seen = new HashSet<>();
        List<byte[]> keys = new ArrayList<>();
        for (long number = Math.max(from, to - payments.size()); number < to; number++) {
            for (Tail.Append append : tails(payments.get((int) (number % payments.size())))) {
                if (seen.add(new String(append.key(), java.nio.charset.StandardCharsets.US_ASCII))) {
                    keys.add(append.key());
                }
            }
        }
        return keys;
    }
}
