package io.tollgate.api.store;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.protocol.CommandType;
import io.tollgate.api.decision.DecisionListener;
import io.tollgate.api.decision.DecisionRecord;
import io.tollgate.api.decision.Payment;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Tail;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.RedisScript;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Appends every decided payment to the tails of its card and device, so that their next payment sees it before the
 * publisher does, on any replica. Sent just before the answer, on the same connection that the next read uses, and not
 * waited for: a tail that could not be written makes features later, not wrong.
 */
public final class RedisTails implements DecisionListener {
    private static final byte[] EVALSHA = WireCommand.word("EVALSHA");
    private static final byte[] ONE_KEY = WireCommand.word(1);
    private static final byte[] MAX_BYTES = WireCommand.word(Tail.MAX_BYTES);

    // Read from its resource here: the first payment would do it on the event loop.
    private final RedisScript script = RedisScript.APPEND_TAIL;
    private final byte[] sha1 = WireCommand.word(script.sha1());
    private final Supplier<List<FeatureEngine>> engines;
    private final LoopRedis redis;
    private final long shareOfLateness;
    private final Runnable lost;

    /**
     * @param engines of the sets whose tails are kept: the one that is served, and those that may be served next
     * @param shareOfLateness 1; a rehearsal's tails live for that part of the set's lateness only
     * @param lost hears of each entry that Redis did not take
     */
    public RedisTails(Supplier<List<FeatureEngine>> engines, LoopRedis redis, long shareOfLateness, Runnable lost) {
        this.engines = engines;
        this.redis = redis;
        this.shareOfLateness = shareOfLateness;
        this.lost = lost;
    }

    @Override
    public void decided(Payment payment, DecisionRecord record, long elapsedNanos) {
        // On its way before the answer is: whoever has the answer and pays again, on any replica, meets it in Redis.
        // Sent behind it, a busy machine let the next payment overtake. Nobody waits for the reply.
        if (redis.loop().inEventLoop()) {
            append(payment);
        } else {
            redis.loop().execute(() -> append(payment));
        }
    }

    private void append(Payment payment) {
        RedisConnection connection = redis.connection();
        if (connection == null) {
            lost.run();
            return;
        }
        FeatureEvent.Decided event =
                new FeatureEvent.Decided(payment.authorization(), payment.decision(), payment.score());
        List<WireCommand<Long>> commands = new ArrayList<>();
        for (FeatureEngine engine : engines.get()) {
            byte[] timeToLiveMs =
                    WireCommand.word(engine.featureSet().lateness().toMillis() / shareOfLateness);
            for (Tail.Append append : engine.tailAppends(event)) {
                commands.add(command(connection, append, timeToLiveMs));
            }
        }
        try {
            // All of them in one write to the socket: a write costs more than what it carries.
            connection.dispatch(commands);
        } catch (RedisException e) {
            // Rejected before they were sent: no connection, or the queue is at its bound.
            commands.forEach(command -> command.fail(e));
        }
    }

    private WireCommand<Long> command(RedisConnection connection, Tail.Append append, byte[] timeToLiveMs) {
        List<byte[]> words = List.of(EVALSHA, sha1, ONE_KEY, append.key(), append.entry(), timeToLiveMs, MAX_BYTES);
        return new WireCommand<>(
                CommandType.EVALSHA,
                new IntegerOutput<>(ByteArrayCodec.INSTANCE),
                append.key(),
                words,
                (length, error) -> {
                    if (error instanceof RedisNoScriptException) {
                        teach(connection.async(), append, timeToLiveMs);
                    } else if (error != null) {
                        lost.run();
                    }
                });
    }

    /** A server that was restarted, or a new one, does not know the script; sent whole, it is kept. */
    private void teach(RedisClusterAsyncCommands<byte[], byte[]> commands, Tail.Append append, byte[] timeToLiveMs) {
        byte[][] keys = {append.key()};
        var unused = commands.eval(
                        script.text(), ScriptOutputType.INTEGER, keys, append.entry(), timeToLiveMs, MAX_BYTES)
                .whenComplete((done, error) -> {
                    if (error != null) {
                        lost.run();
                    }
                });
    }
}
