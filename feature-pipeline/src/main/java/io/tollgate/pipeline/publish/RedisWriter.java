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
import java.util.function.Supplier;
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

    private static final byte[] SCRIPT = RedisScript.PUBLISH.text().getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SCRIPT_SHA = RedisScript.PUBLISH.sha1().getBytes(StandardCharsets.US_ASCII);

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

    private long writeChunk(List<EntityUpdate> chunk, long sequence) {
        List<Response<Object>> answers = new ArrayList<>(chunk.size());
        try (AbstractPipeline pipeline = client.pipelined()) {
            for (EntityUpdate update : chunk) {
                List<byte[]> arguments = arguments(update, sequence);
                answers.add(pipeline.evalsha(SCRIPT_SHA, keys(update), arguments.toArray(new byte[0][])));
            }
            pipeline.sync();
        }
        long written = 0;
        for (int i = 0; i < answers.size(); i++) {
            written += answer(answers.get(i), chunk.get(i), sequence);
        }
        return written;
    }

    private long answer(Response<Object> answer, EntityUpdate update, long sequence) {
        try {
            return (Long) answer.get();
        } catch (JedisNoScriptException e) {
            // A restarted server or a new cluster node does not know the script yet; sending it whole teaches it.
            List<byte[]> arguments = arguments(update, sequence);
            return (Long) client.eval(SCRIPT, keys(update), arguments.toArray(new byte[0][]));
        }
    }

    /** Keys, then arguments, as the script's head says. */
    private static List<byte[]> arguments(EntityUpdate update, long sequence) {
        List<byte[]> arguments = new ArrayList<>();
        for (EntityUpdate.Write write : update.writes()) {
            arguments.add(write.key());
        }
        if (update.tailKey().length > 0) {
            arguments.add(update.tailKey());
        }
        arguments.add(ascii(update.writes().size()));
        for (EntityUpdate.Write write : update.writes()) {
            arguments.add(write.blob());
            arguments.add(ascii(jittered(write, sequence)));
        }
        byte[] ids = update.foldedIds();
        for (int from = 0; update.tailKey().length > 0 && from < ids.length; from += Tail.ID_BYTES) {
            arguments.add(Arrays.copyOfRange(ids, from, from + Tail.ID_BYTES));
        }
        return arguments;
    }

    private static int keys(EntityUpdate update) {
        return update.writes().size() + (update.tailKey().length > 0 ? 1 : 0);
    }

    private static byte[] ascii(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    /** The time to live in milliseconds, ±10 %, the same for a repeated write of the same batch. */
    static long jittered(EntityUpdate.Write write, long sequence) {
        long seed = sequence;
        for (byte b : write.key()) {
            seed = seed * 1_000_003 + b;
        }
        double factor = 1 + JITTER * (2 * new SplittableRandom(seed).nextDouble() - 1);
        return Math.max(1, Math.round(write.timeToLiveMs() * factor));
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
