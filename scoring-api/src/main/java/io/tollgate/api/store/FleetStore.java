package io.tollgate.api.store;

import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.tollgate.features.key.RedisScript;
import io.tollgate.features.spec.ActiveFeatureSet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What the replicas have in common about feature sets. Plain and blocking, for the control path only: never called on an
 * event loop. Every method throws {@link Unavailable} when the store does not answer.
 */
public final class FleetStore {
    /** A healthy server answers in a millisecond; after this the replica goes on with what it knows. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static final byte[] ACTIVE = ascii(ActiveFeatureSet.KEY);
    private static final byte[] PUBLISHED = ascii(ActiveFeatureSet.PUBLISHED_KEY);

    private final LoopRedis redis;

    public FleetStore(LoopRedis redis) {
        this.redis = redis;
    }

    /** The store does not answer. */
    public static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;

        private Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The entry of the active set; empty when there is none. */
    public String active() throws Unavailable {
        byte[] text = await(commands().get(ACTIVE));
        return text == null ? "" : new String(text, StandardCharsets.UTF_8);
    }

    /**
     * Replaces the entry of the active set.
     *
     * @param before as {@link #active} gave it
     * @return false when somebody else was faster
     */
    public boolean replace(String before, ActiveFeatureSet after) throws Unavailable {
        byte[][] keys = {ACTIVE};
        // Sent whole: it is rare and short, so there is no script to teach to a server that was restarted.
        Long done = await(commands()
                .eval(
                        RedisScript.COMPARE_AND_SET.text(),
                        ScriptOutputType.INTEGER,
                        keys,
                        before.getBytes(StandardCharsets.UTF_8),
                        ascii(after.encode())));
        return done != null && done == 1;
    }

    /** Every published definition, by version. */
    public Map<String, String> published() throws Unavailable {
        Map<String, String> sets = new TreeMap<>();
        Map<byte[], byte[]> found = await(commands().hgetall(PUBLISHED));
        if (found != null) {
            found.forEach((version, text) ->
                    sets.put(new String(version, StandardCharsets.US_ASCII), new String(text, StandardCharsets.UTF_8)));
        }
        return sets;
    }

    /** Publishes a definition if the version is free. */
    public void publish(String version, String text) throws Unavailable {
        var unused = await(commands().hsetnx(PUBLISHED, ascii(version), text.getBytes(StandardCharsets.UTF_8)));
    }

    private RedisClusterAsyncCommands<byte[], byte[]> commands() throws Unavailable {
        RedisConnection connection = redis.connection();
        if (connection == null || !connection.isOpen()) {
            throw new Unavailable("redis is not connected", null);
        }
        return connection.async();
    }

    private static <T> @Nullable T await(Future<T> reply) throws Unavailable {
        try {
            return reply.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            reply.cancel(true);
            throw new Unavailable("redis did not answer within " + TIMEOUT.toMillis() + " ms", e);
        } catch (ExecutionException | CompletionException | RedisException e) {
            throw new Unavailable("redis failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted while redis was asked", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
