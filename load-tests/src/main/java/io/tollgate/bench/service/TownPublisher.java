package io.tollgate.bench.service;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.UnifiedJedis;

/**
 * Stands in for the publisher while payments are sent: beats, and takes payments out of the tails some time after they
 * were decided, as the publisher does once it has folded them in. Without it each card's tail would soon be full, which
 * no card's is.
 */
final class TownPublisher implements AutoCloseable {
    /** Half of what the publisher takes at the median: a payment stays in its tails for one to two of these. */
    private static final long INTERVAL_MILLIS = 75;

    /** Keys in one command: a longer one would hold up the reads behind it. */
    private static final int BATCH = 64;

    private final Town town;
    private final TownRequests requests;
    private final UnifiedJedis redis;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "town-publisher");
        thread.setDaemon(true);
        return thread;
    });
    private long cleaned;
    private long seen;
    private long lastBeat;

    TownPublisher(Town town, TownRequests requests, UnifiedJedis redis) {
        this.town = town;
        this.requests = requests;
        this.redis = redis;
    }

    void start() {
        var unused = executor.scheduleWithFixedDelay(this::publish, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void publish() {
        long now = System.currentTimeMillis();
        if (now - lastBeat >= TimeUnit.SECONDS.toMillis(1)) {
            lastBeat = now;
            town.heartbeat(redis, now);
        }
        List<byte[]> keys = town.tailKeys(cleaned, seen);
        for (int from = 0; from < keys.size(); from += BATCH) {
            redis.unlink(keys.subList(from, Math.min(keys.size(), from + BATCH)).toArray(new byte[0][]));
        }
        cleaned = seen;
        seen = requests.taken();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
