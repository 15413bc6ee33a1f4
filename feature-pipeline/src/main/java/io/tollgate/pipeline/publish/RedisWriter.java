package io.tollgate.pipeline.publish;

import io.tollgate.features.Tail;
import io.tollgate.features.key.RedisScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Writes entity updates: pipelined, set-if-newer, with jittered times to live. Back-pressure is waiting: at most {@link
 * RedisTarget#pipelineDepth} updates are unanswered. A server that is away is retried until {@link
 * RedisTarget#patience} is over; then {@link #write} throws, the batch fails and is repeated from its checkpoint.
 *
 * <p>Thread-safe; one per JVM and target, because connections are dear and batches are short.
 */
final class RedisWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisWriter.class);

    /** Spreads the expiry of keys written together, so that a night's idle cards do not vanish in one second. */
    private static final double JITTER = 0.1;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private static final byte[] FOR_EVER = {'0'};

    /** Answer to an update whose state was another by then. */
    static final long REFUSED = -1;

    private final RedisTarget target;
    private final UnifiedJedis client;

    RedisWriter(RedisTarget target) {
        this.target = target;
        this.client = RedisClients.connect(target, "tollgate-publisher");
    }

    /**
     * Writes the updates of one batch.
     *
     * @param sequence of the batch; seeds the jitter
     * @return how many keys were newer than what was there
     * @throws JedisException when the server stayed away for longer than the target's patience
     */
    long write(List<EntityUpdate> updates, long sequence) {
        long written = 0;
        for (int from = 0; from < updates.size(); from += target.pipelineDepth()) {
            List<EntityUpdate> chunk = updates.subList(from, Math.min(updates.size(), from + target.pipelineDepth()));
            written += retrying("write features", () -> writeChunk(chunk, sequence));
        }
        return written;
    }

    /** Writes the publisher's progress, one field per partition of the topic. */
    void writeProgress(String key, Map<String, String> fields) {
        if (!fields.isEmpty()) {
            retrying("write progress", () -> client.hset(key, fields));
        }
    }

    /** What {@link #writeProgress} left: text by partition. */
    Map<String, String> readProgress(String key) {
        return retrying("read progress", () -> client.hgetAll(key));
    }

    /** What keys hold, in their order; null for nothing. At most {@link RedisTarget#pipelineDepth}. */
    List<byte @Nullable []> read(List<byte[]> keys) {
        return together("read states", keys, AbstractPipeline::get);
    }

    private <K, T> List<T> together(String what, List<K> keys, BiFunction<AbstractPipeline, K, Response<T>> command) {
        return retrying(what, () -> {
            List<Response<T>> answers = new ArrayList<>(keys.size());
            try (AbstractPipeline pipeline = client.pipelined()) {
                keys.forEach(key -> answers.add(command.apply(pipeline, key)));
                pipeline.sync();
            }
            List<T> values = new ArrayList<>(keys.size());
            answers.forEach(answer -> values.add(answer.get()));
            return values;
        });
    }

    /**
     * Writes updates whose states are kept beside them, each unless another state is there than the one that was read.
     * At most {@link RedisTarget#pipelineDepth}.
     *
     * @param seed of the jitter
     * @return for each update how many of its keys were newer than what was there, or {@link #REFUSED}
     */
    List<Long> writeKept(List<KeptUpdate> updates, long seed) {
        return retrying(
                "write features and states",
                () -> run(
                        RedisScript.PUBLISH_AND_KEEP,
                        updates.stream().map(update -> call(update, seed)).toList()));
    }

    /** Short texts, in the order of their keys; null for none. At most {@link RedisTarget#pipelineDepth}. */
    List<@Nullable String> readTexts(List<String> keys) {
        return together("read " + keys.get(0), keys, AbstractPipeline::get);
    }

    /** The same text under each key. At most {@link RedisTarget#pipelineDepth}. */
    void writeTexts(List<String> keys, String value) {
        together("write " + keys.get(0), keys, (pipeline, key) -> pipeline.set(key, value));
    }

    /** At most {@link RedisTarget#pipelineDepth}. */
    void remove(List<String> keys) {
        together("remove " + keys.get(0), keys, AbstractPipeline::del);
    }

    /** Whether the keys may lie on several nodes. */
    boolean inCluster() {
        return target.cluster();
    }

    private long writeChunk(List<EntityUpdate> chunk, long sequence) {
        List<Call> calls = chunk.stream().map(update -> call(update, sequence)).toList();
        return run(RedisScript.PUBLISH, calls).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Keys and arguments of a script, as its head says. */
    private record Call(List<byte[]> keys, List<byte[]> arguments) {
        byte[][] all() {
            List<byte[]> all = new ArrayList<>(keys);
            all.addAll(arguments);
            return all.toArray(new byte[0][]);
        }
    }

    private List<Long> run(RedisScript script, List<Call> calls) {
        byte[] sha = script.sha1().getBytes(StandardCharsets.US_ASCII);
        List<Response<Object>> answers = new ArrayList<>(calls.size());
        try (AbstractPipeline pipeline = client.pipelined()) {
            for (Call call : calls) {
                answers.add(pipeline.evalsha(sha, call.keys().size(), call.all()));
            }
            pipeline.sync();
        }
        List<Long> results = new ArrayList<>(calls.size());
        for (int i = 0; i < answers.size(); i++) {
            results.add(answer(answers.get(i), script, calls.get(i)));
        }
        return results;
    }

    private long answer(Response<Object> answer, RedisScript script, Call call) {
        try {
            return (Long) answer.get();
        } catch (JedisNoScriptException e) {
            // A restarted server or a new cluster node does not know the script yet; sending it whole teaches it.
            byte[] text = script.text().getBytes(StandardCharsets.US_ASCII);
            return (Long) client.eval(text, call.keys().size(), call.all());
        }
    }

    private static Call call(KeptUpdate kept, long seed) {
        Call update = call(kept.update(), seed);
        List<byte[]> keys = new ArrayList<>(List.of(kept.stateKey()));
        keys.addAll(update.keys());
        byte[] timeToLive =
                kept.timeToLiveMs() == 0 ? FOR_EVER : ascii(jittered(kept.stateKey(), kept.timeToLiveMs(), seed));
        List<byte[]> arguments = new ArrayList<>(List.of(kept.read(), kept.state(), timeToLive));
        arguments.addAll(update.arguments());
        return new Call(keys, arguments);
    }

    private static Call call(EntityUpdate update, long seed) {
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(ascii(update.writes().size()));
        for (EntityUpdate.Write write : update.writes()) {
            keys.add(write.key());
            arguments.add(write.blob());
            arguments.add(ascii(jittered(write.key(), write.timeToLiveMs(), seed)));
        }
        if (update.tailKey().length > 0) {
            keys.add(update.tailKey());
            byte[] ids = update.foldedIds();
            for (int from = 0; from < ids.length; from += Tail.ID_BYTES) {
                arguments.add(Arrays.copyOfRange(ids, from, from + Tail.ID_BYTES));
            }
        }
        return new Call(keys, arguments);
    }

    private static byte[] ascii(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    /** The time to live in milliseconds, ±10 %, the same for a repeated write of the same batch. */
    static long jittered(byte[] key, long timeToLiveMs, long sequence) {
        long seed = sequence;
        for (byte b : key) {
            seed = seed * 1_000_003 + b;
        }
        double factor = 1 + JITTER * (2 * new SplittableRandom(seed).nextDouble() - 1);
        return Math.max(1, Math.round(timeToLiveMs * factor));
    }

    private <T> T retrying(String what, Supplier<T> attempt) {
        long deadline = System.nanoTime() + target.patience().toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return attempt.get();
            } catch (JedisException e) {
                if (System.nanoTime() + pause.toNanos() > deadline) {
                    throw e;
                }
                LOG.warn("cannot {}, trying again in {} ms: {}", what, pause.toMillis(), e.getMessage());
                sleep(pause, e);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        }
    }

    private static void sleep(Duration pause, JedisException cause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cause;
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
