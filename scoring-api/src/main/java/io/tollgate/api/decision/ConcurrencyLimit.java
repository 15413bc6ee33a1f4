package io.tollgate.api.decision;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many payments may wait for Redis and the model at a time. Adapts by additive increase and multiplicative decrease
 * (Chiu and Jain, 1989): every payment answered within half of its budget earns a little room, every later one takes a
 * tenth away, at most once per budget, so that one burst counts as one signal.
 */
public final class ConcurrencyLimit {
    private static final double DECREASE = 0.9;

    private final int min;
    private final int max;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong lastDecreaseNanos = new AtomicLong();
    private volatile double limit;

    /**
     * @param min never fewer: below it a slow dependency could starve the service for good
     * @param max never more: each payment in flight holds about 20 KB
     */
    public ConcurrencyLimit(int min, int max) {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException("concurrency limits must satisfy 1 <= min <= max");
        }
        this.min = min;
        this.max = max;
        this.limit = max;
    }

    /** Takes a place, or returns false when all are taken. */
    public boolean tryEnter() {
        if (inFlight.incrementAndGet() <= limit) {
            return true;
        }
        inFlight.decrementAndGet();
        return false;
    }

    /** Gives the place back and learns from how long it was held. */
    public void leave(long elapsedNanos, long budgetNanos, long nowNanos) {
        int running = inFlight.getAndDecrement();
        double current = limit;
        if (elapsedNanos > budgetNanos / 2) {
            long last = lastDecreaseNanos.get();
            if (nowNanos - last > budgetNanos && lastDecreaseNanos.compareAndSet(last, nowNanos)) {
                limit = Math.max(min, current * DECREASE);
            }
        } else if (running * 2 > current && current < max) {
            // Room is earned only while it is used. A lost race between two loops costs one step, no more.
            limit = Math.min(max, current + 1 / current);
        }
    }

    public int inFlight() {
        return inFlight.get();
    }

    public int limit() {
        return (int) limit;
    }
}
