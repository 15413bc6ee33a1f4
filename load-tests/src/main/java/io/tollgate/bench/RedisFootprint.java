package io.tollgate.bench;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.FeatureSpec.Aggregate;
import io.tollgate.features.spec.GroupSpec;
import io.tollgate.features.state.ByteWriter;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.JedisPooled;

/**
 * What an entity takes in a real Redis ({@code MEMORY USAGE}, all samples): its blobs, beside three layouts that teams use:
 *
 * <ul>
 *   <li>one hash with each of its features in a field of its own, by name and as text: the values of one instant
 *   <li>the same as Feast lays it out: names hashed to four bytes, values as Protocol Buffers
 *   <li>a sorted set of its payments of thirty days, from which features of any instant could be computed, as from the
 *       blobs: one member with what fraud-v3 asks of a payment
 * </ul>
 */
final class RedisFootprint {
    private final FeatureEngine engine;
    private final World world;

    /** Means over the entities of one type, in bytes. */
    record Row(
            String entity,
            int entities,
            double stateBytes,
            double blobBytes,
            double redisBytes,
            double hashBytes,
            double feastBytes,
            double paymentsBytes) {}

    RedisFootprint(FeatureEngine engine, World world) {
        this.engine = engine;
        this.world = world;
    }

    List<Row> measure() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (BackendsProcess backends = BackendsProcess.start(BackendOptions.only(Service.REDIS));
                JedisPooled redis =
                        new JedisPooled(URI.create(backends.settings().redisUri()))) {
            for (EntityType type : EntityType.values()) {
                List<EntityRef> entities = world.states().keySet().stream()
                        .filter(entity -> entity.type() == type)
                        .toList();
                if (!entities.isEmpty()) {
                    rows.add(row(redis, type, entities));
                }
            }
        }
        return rows;
    }

    private Row row(JedisPooled redis, EntityType type, List<EntityRef> entities) {
        long state = 0;
        long blobs = 0;
        long stored = 0;
        long hashes = 0;
        long feast = 0;
        long payments = 0;
        for (EntityRef entity : entities) {
            EntityState known = world.states().get(entity);
            if (known == null) {
                throw new IllegalStateException("no state of " + entity);
            }
            state += known.encode().length;
            for (Published published : world.blobs(entity)) {
                blobs += published.blob().length;
                redis.set(published.key(), published.blob());
                stored += redis.memoryUsage(published.key(), 0);
            }
            String key = "features:" + type.lowerCase() + ":" + entity.idHash();
            Map<String, Double> values = values(type, known);
            redis.hset(key, asText(values));
            hashes += redis.memoryUsage(key, 0);
            writeProtocolBuffers(redis, (key + ":feast").getBytes(StandardCharsets.US_ASCII), values);
            feast += redis.memoryUsage(key + ":feast", 0);
            Map<String, Double> members = members(entity);
            if (!members.isEmpty()) {
                redis.zadd(key + ":payments", members);
                payments += redis.memoryUsage(key + ":payments", 0);
            }
        }
        double n = entities.size();
        return new Row(
                type.lowerCase(),
                entities.size(),
                state / n,
                blobs / n,
                stored / n,
                hashes / n,
                feast / n,
                payments / n);
    }

    private Map<String, Double> values(EntityType type, EntityState state) {
        double[] vector = engine.defaults();
        state.evaluate(new FeatureEvent.Decided(world.payment(World.END), Decision.APPROVE, 0), vector);
        Map<String, Double> values = new HashMap<>();
        List<FeatureSpec> features = engine.featureSet().features();
        for (int slot = 0; slot < features.size(); slot++) {
            if (features.get(slot).definition() instanceof Aggregate aggregate
                    && group(aggregate).entity() == type) {
                values.put(features.get(slot).name(), vector[slot]);
            }
        }
        return values;
    }

    private static boolean isWhole(double value) {
        return value == Math.rint(value);
    }

    /** The shortest text that reads back. */
    private static Map<String, String> asText(Map<String, Double> values) {
        Map<String, String> fields = new HashMap<>();
        values.forEach((name, value) ->
                fields.put(name, isWhole(value) ? Long.toString(value.longValue()) : Double.toString(value)));
        return fields;
    }

    /** A whole number as a tagged varint, any other as a tagged double; the time of the values as a field of its own. */
    private static void writeProtocolBuffers(JedisPooled redis, byte[] key, Map<String, Double> values) {
        values.forEach((name, value) -> {
            ByteWriter out = new ByteWriter(16);
            if (isWhole(value)) {
                out.fixed8(4 << 3).varint(value.longValue());
            } else {
                out.fixed8((5 << 3) | 1).fixed64(Double.doubleToRawLongBits(value));
            }
            redis.hset(key, new ByteWriter(4).fixed32(name.hashCode()).toByteArray(), out.toByteArray());
        });
        ByteWriter time = new ByteWriter(8).fixed8(1 << 3).varint(World.END.getEpochSecond());
        redis.hset(key, "_ts:fraud".getBytes(StandardCharsets.US_ASCII), time.toByteArray());
    }

    private Map<String, Double> members(EntityRef entity) {
        Map<String, Double> members = new HashMap<>();
        for (FeatureEvent.Decided payment : world.payments(entity)) {
            Authorization a = payment.authorization();
            Authorization.Device device = a.device();
            if (a.occurredAt().isBefore(World.END.minus(Duration.ofDays(30))) || device == null) {
                continue;
            }
            String member = String.join(
                    "|",
                    a.transactionId().value(),
                    a.amount().value().toPlainString(),
                    a.card().token().value(),
                    a.card().entryMode().name(),
                    a.merchant().id().value(),
                    a.merchant().categoryCode(),
                    a.merchant().country(),
                    device.id() == null ? "" : device.id().value(),
                    payment.decision().name());
            members.put(member, (double) a.occurredAt().toEpochMilli());
        }
        return members;
    }

    private GroupSpec group(Aggregate aggregate) {
        return engine.featureSet().groups().get(aggregate.group());
    }
}
