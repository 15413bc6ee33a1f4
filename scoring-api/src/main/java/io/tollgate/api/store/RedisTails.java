package io.tollgate.api.store;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.tollgate.api.decision.DecisionListener;
import io.tollgate.api.decision.DecisionRecord;
import io.tollgate.api.decision.Payment;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Tail;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.RedisScript;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * Appends every decided payment to the tails of its card and device, so that their next payment sees it before the
 * publisher does, on any replica. Sent after the answer, on the same connection that the next read uses, and not waited
 * for: a tail that could not be written makes features later, not wrong.
 */
public final class RedisTails implements DecisionListener {
    private static final byte[] MAX_BYTES = ascii(Tail.MAX_BYTES);

    // Read from its resource here: the first payment would do it on the event loop.
    private final RedisScript script = RedisScript.APPEND_TAIL;
    private final Supplier<List<FeatureEngine>> engines;
    private final LoopRedis redis;
    private final Runnable lost;

    /**
     * @param engines of the sets whose tails are kept: the one that is served, and those that may be served next
     * @param lost hears of each entry that Redis did not take
     */
    public RedisTails(Supplier<List<FeatureEngine>> engines, LoopRedis redis, Runnable lost) {
        this.engines = engines;
        this.redis = redis;
        this.lost = lost;
    }

    @Override
    public void decided(Payment payment, DecisionRecord record, long elapsedNanos) {
        // Queued behind the answer, which is written within the current task.
        redis.loop().execute(() -> append(payment));
    }

    private void append(Payment payment) {
        RedisConnection connection = redis.connection();
        if (connection == null) {
            lost.run();
            return;
        }
        FeatureEvent.Decided event =
                new FeatureEvent.Decided(payment.authorization(), payment.decision(), payment.score());
        for (FeatureEngine engine : engines.get()) {
            byte[] timeToLiveMs = ascii(engine.featureSet().lateness().toMillis());
            for (Tail.Append append : engine.tailAppends(event)) {
                append(connection.async(), append, timeToLiveMs);
            }
        }
    }

    private void append(RedisClusterAsyncCommands<byte[], byte[]> commands, Tail.Append append, byte[] timeToLiveMs) {
        byte[][] keys = {append.key()};
        var unused = commands.evalsha(
                        script.sha1(), ScriptOutputType.INTEGER, keys, append.entry(), timeToLiveMs, MAX_BYTES)
                .whenComplete((done, error) -> {
                    if (error instanceof RedisNoScriptException) {
                        teach(commands, append, keys, timeToLiveMs);
                    } else if (error != null) {
                        lost.run();
                    }
                });
    }

    /** A server that was restarted, or a new one, does not know the script; sent whole, it is kept. */
    private void teach(
            RedisClusterAsyncCommands<byte[], byte[]> commands,
            Tail.Append append,
            byte[][] keys,
            byte[] timeToLiveMs) {
        var unused = commands.eval(
                        script.text(), ScriptOutputType.INTEGER, keys, append.entry(), timeToLiveMs, MAX_BYTES)
                .whenComplete((done, error) -> {
                    if (error != null) {
                        lost.run();
                    }
                });
    }

    private static byte[] ascii(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }
}
