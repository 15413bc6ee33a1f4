package io.tollgate.pipeline;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.Response;

/**
 * Waits for keys to appear in Redis and notes how long each took: asks for all that are awaited in one round trip, once
 * a millisecond. A thread of its own between construction and {@link #close}.
 */
final class FreshnessProbe implements AutoCloseable {
    private static final long PAUSE_NANOS = 1_000_000;

    /** Jedis gives up sooner. */
    private static final int LIMIT_SECONDS = 10;

    @SuppressWarnings("ArrayRecordComponent") // on its way to a socket, never compared
    private record Awaited(byte[] key, long sinceNanos) {}

    private final JedisPooled redis;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Queue<Awaited> added = new ConcurrentLinkedQueue<>();
    private final List<Double> delaysMs = new ArrayList<>();
    private volatile int open;
    private volatile boolean closed;

    FreshnessProbe(String redisUri) {
        redis = new JedisPooled(URI.create(redisUri));
        Thread thread = new Thread(this::watch, "freshness-probe");
        thread.setDaemon(true);
        thread.start();
    }

    /** @param sinceNanos when its event was due, by {@link System#nanoTime} */
    void await(byte[] key, long sinceNanos) {
        added.add(new Awaited(key, sinceNanos));
    }

    /** Waits until all keys have come, but no longer than a limit; answers how many have not. */
    int drain(long limitSeconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        while ((!added.isEmpty() || open > 0) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return added.size() + open;
    }

    /** Milliseconds, ascending, of the keys that have come. */
    synchronized double[] delaysMs() {
        double[] sorted = delaysMs.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    private void watch() {
        List<Awaited> awaited = new ArrayList<>();
        while (!closed) {
            for (Awaited next = added.peek(); next != null; next = added.peek()) {
                awaited.add(next);
                open = awaited.size();
                added.remove();
            }
            if (!awaited.isEmpty()) {
                look(awaited);
                open = awaited.size();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        ended.countDown();
    }

    private void look(List<Awaited> awaited) {
        List<Response<Boolean>> answers = new ArrayList<>(awaited.size());
        try (AbstractPipeline pipeline = redis.pipelined()) {
            awaited.forEach(key -> answers.add(pipeline.exists(key.key())));
            pipeline.sync();
        }
        long now = System.nanoTime();
        for (int i = answers.size() - 1; i >= 0; i--) {
            if (answers.get(i).get()) {
                Awaited come = awaited.remove(i);
                synchronized (this) {
                    delaysMs.add((now - come.sinceNanos()) / 1e6);
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (!ended.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Redis has not answered the probe for " + LIMIT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        redis.close();
    }
}
