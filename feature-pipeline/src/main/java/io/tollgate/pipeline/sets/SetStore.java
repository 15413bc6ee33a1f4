package io.tollgate.pipeline.sets;

import io.tollgate.features.spec.ActiveFeatureSet;
import io.tollgate.pipeline.command.UsageException;
import io.tollgate.pipeline.publish.RedisClients;
import io.tollgate.pipeline.publish.RedisTarget;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** What Redis holds of feature sets: definitions, which is active, keys. Confined to one command. */
final class SetStore implements AutoCloseable {
    /** Keys looked at in one step, so that a server of millions of keys is never held for long. */
    private static final int SCAN_STEP = 1_000;

    private final UnifiedJedis client;
    private final String where;

    /**
     * @throws UsageException when the server does not answer
     */
    SetStore(RedisTarget target) {
        // Without user and password, which may stand in the URI.
        where = target.uri().getHost() + ":" + target.uri().getPort();
        try {
            client = RedisClients.connect(target, "tollgate-feature-set");
            var unused = client.exists(ActiveFeatureSet.KEY);
        } catch (JedisException e) {
            throw new UsageException(
                    "redis at " + where + " does not answer (" + e.getMessage() + "); check --redis-uri", e);
        }
    }

    /** Host and port, for people. */
    String where() {
        return where;
    }

    /** What the fleet serves; null when it was never switched. */
    @Nullable
    ActiveFeatureSet active() {
        String text = client.get(ActiveFeatureSet.KEY);
        return text == null ? null : ActiveFeatureSet.decode(text);
    }

    /** Keeps a definition if its version is free, and returns the one that stands. */
    String register(String version, String text) {
        var unused = client.hsetnx(ActiveFeatureSet.PUBLISHED_KEY, version, text);
        String standing = client.hget(ActiveFeatureSet.PUBLISHED_KEY, version);
        return standing == null ? text : standing;
    }

    void unregister(String version) {
        var unused = client.hdel(ActiveFeatureSet.PUBLISHED_KEY, version);
    }

    /** The publisher's heartbeat: text by partition; empty when there is none. */
    Map<String, String> progress(String key) {
        return client.hgetAll(key);
    }

    /**
     * Hands out all keys of a version in steps; a key may come twice.
     *
     * @param step returns whether to go on
     */
    void scan(String version, Predicate<Collection<String>> step) {
        ScanIteration scan = client.scanIteration(SCAN_STEP, "fs:" + version + ":*");
        boolean more = true;
        while (more && !scan.isIterationCompleted()) {
            more = step.test(scan.nextBatchList());
        }
    }

    /** Values of keys in one cluster slot, null where there is none. */
    List<byte[]> values(byte[][] keys) {
        return client.mget(keys);
    }

    /** Frees keys without holding the server up. */
    void unlink(Collection<String> keys) {
        try (AbstractPipeline pipeline = client.pipelined()) {
            for (String key : keys) {
                var unused = pipeline.unlink(key);
            }
            pipeline.sync();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
