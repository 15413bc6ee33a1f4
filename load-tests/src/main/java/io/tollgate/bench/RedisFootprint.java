package io.tollgate.bench;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.FeatureSpec.Aggregate;
import io.tollgate.features.spec.GroupSpec;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.JedisPooled;

/**
 * What an entity takes in a real Redis ({@code MEMORY USAGE}, all samples): its blobs, beside one hash that holds each of
 * its features in a field of its own, as feature stores do. The hash holds the values of one instant; the blobs those of
 * any.
 */
final class RedisFootprint {
    private final FeatureEngine engine;
    private final World world;

    /** Means over the entities of one type, in bytes. */
    record Row(String entity, int entities, double stateBytes, double blobBytes, double redisBytes, double hashBytes) {}

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
            redis.hset(key, fields(type, known));
            hashes += redis.memoryUsage(key, 0);
        }
        double n = entities.size();
        return new Row(type.lowerCase(), entities.size(), state / n, blobs / n, stored / n, hashes / n);
    }

    /** Names and values of the entity's features as text, the shortest that reads back. */
    private Map<String, String> fields(EntityType type, EntityState state) {
        double[] vector = engine.defaults();
        state.evaluate(new FeatureEvent.Decided(world.payment(World.END), Decision.APPROVE, 0), vector);
        Map<String, String> fields = new HashMap<>();
        List<FeatureSpec> features = engine.featureSet().features();
        for (int slot = 0; slot < features.size(); slot++) {
            if (features.get(slot).definition() instanceof Aggregate aggregate
                    && group(aggregate).entity() == type) {
                double value = vector[slot];
                String text = value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
                fields.put(features.get(slot).name(), text);
            }
        }
        return fields;
    }

    private GroupSpec group(Aggregate aggregate) {
        return engine.featureSet().groups().get(aggregate.group());
    }
}
