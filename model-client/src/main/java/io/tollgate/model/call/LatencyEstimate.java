package io.tollgate.model.call;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The 95th percentile of recent latencies, within an eighth: a histogram of eight buckets per power of two whose counts
 * are halved now and then, so that the last few thousand calls decide. Thread-safe; a race may lose a count.
 */
final class LatencyEstimate {
    private static final int SUB_BITS = 3;
    private static final int BUCKETS = 64 << SUB_BITS;
    private static final double QUANTILE = 0.95;
    // Reading the histogram costs a microsecond: not on every call.
    private static final int CALLS_PER_READING = 64;
    // A few hundred calls are the least that a p95 means anything on; eight times that follows a change in seconds.
    private static final int CALLS_PER_HALVING = 2_048;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);
    private final AtomicInteger calls = new AtomicInteger();
    private volatile Duration estimate;

    LatencyEstimate(Duration initial) {
        estimate = initial;
    }

    Duration p95() {
        return estimate;
    }

    void record(long nanos) {
        counts.incrementAndGet(bucket(Math.max(1, nanos)));
        int call = calls.incrementAndGet();
        if (call % CALLS_PER_READING == 0) {
            estimate = Duration.ofNanos(quantile());
        }
        if (call % CALLS_PER_HALVING == 0) {
            for (int i = 0; i < BUCKETS; i++) {
                counts.updateAndGet(i, count -> count / 2);
            }
        }
    }

    private long quantile() {
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            total += counts.get(i);
        }
        long above = (long) ((1 - QUANTILE) * total);
        int bucket = BUCKETS - 1;
        for (long seen = counts.get(bucket); seen <= above && bucket > 0; seen += counts.get(bucket)) {
            bucket--;
        }
        return upperBound(bucket);
    }

    private static int bucket(long nanos) {
        int exponent = 63 - Long.numberOfLeadingZeros(nanos);
        int shift = Math.max(0, exponent - SUB_BITS);
        int sub = (int) (nanos >>> shift) & ((1 << SUB_BITS) - 1);
        return exponent << SUB_BITS | sub;
    }

    private static long upperBound(int bucket) {
        int exponent = bucket >>> SUB_BITS;
        long sub = (bucket & ((1 << SUB_BITS) - 1)) + 1L;
        return (1L << exponent) + (sub << Math.max(0, exponent - SUB_BITS));
    }
}
