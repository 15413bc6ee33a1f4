package io.tollgate.model.call;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps hedges to a share of the calls, so that an endpoint that is slow because it is overloaded is not given twice
 * the load. Every call earns a share of a hedge; savings are bounded. Thread-safe.
 */
final class HedgeBudget {
    private static final int HEDGE = 1_000_000;
    // Enough for a burst of slow calls (a collector pause at the endpoint), too little to double the load.
    private static final int MAX_SAVED = 10 * HEDGE;

    private final int perCall;
    private final AtomicInteger saved = new AtomicInteger();

    /** {@code share} is the most hedges per call, 0 to 1. */
    HedgeBudget(double share) {
        perCall = (int) Math.round(share * HEDGE);
    }

    void earn() {
        saved.updateAndGet(now -> Math.min(MAX_SAVED, now + perCall));
    }

    boolean spend() {
        return saved.getAndUpdate(now -> now >= HEDGE ? now - HEDGE : now) >= HEDGE;
    }
}
