package io.tollgate.api.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many requests each client may send: a token bucket per client, kept as the one instant at which it would be full
 * again (the generic cell rate algorithm, ITU-T I.371). Protects the fleet's other clients from one that runs wild; the
 * concurrency limit protects the service itself. Each replica counts what it sees itself.
 *
 * <p>Thread-safe; a request costs one look-up and one compare-and-set.
 */
public final class ClientRates {
    /** Clients are services of payment systems, not people. Beyond it the idlest start again with a full bucket. */
    private static final int MAX_CLIENTS = 10_000;

    /** By then every bucket is full again: at the smallest rate a burst takes this long. */
    private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    private static final int MAX_BURST_SECONDS = 600;
    private static final double SECOND = 1e9;

    private final long interval;
    private final long tolerance;
    private final LongSupplier nanoTime;
    private final Cache<String, AtomicLong> fullAt = Caffeine.newBuilder()
            .maximumSize(MAX_CLIENTS)
            .expireAfterAccess(FORGET_AFTER)
            .build();

    /**
     * @param perSecond requests a second in the long run, 1 to a million; 0 for no bound
     * @param burst requests at once after a pause, at least 1 and at most ten minutes' worth
     * @param nanoTime a monotonic clock
     */
    public ClientRates(int perSecond, int burst, LongSupplier nanoTime) {
        if (perSecond < 0 || perSecond > 1_000_000) {
            throw new IllegalArgumentException(
                    "tollgate.limits.client-rate must be between 0 (no bound) and 1000000, but is " + perSecond);
        }
        if (perSecond > 0 && (burst < 1 || burst > (long) perSecond * MAX_BURST_SECONDS)) {
            throw new IllegalArgumentException("tollgate.limits.client-burst must be between 1 and ten minutes' worth ("
                    + (long) perSecond * MAX_BURST_SECONDS + "), but is " + burst);
        }
        this.interval = perSecond == 0 ? 0 : Math.round(SECOND / perSecond);
        this.tolerance = interval * (burst - 1L);
        this.nanoTime = nanoTime;
    }

    /**
     * Takes a request of a client.
     *
     * @return 0 when it is admitted; otherwise seconds to wait, at least 1
     */
    public int take(String client) {
        if (interval == 0) {
            return 0;
        }
        long now = nanoTime.getAsLong();
        AtomicLong bucket = fullAt.get(client, name -> new AtomicLong(now));
        while (true) {
            long full = bucket.get();
            long from = Math.max(0, full - now);
            if (from > tolerance) {
                return (int) Math.ceil((from - tolerance) / SECOND);
            }
            if (bucket.compareAndSet(full, now + from + interval)) {
                return 0;
            }
        }
    }
}
