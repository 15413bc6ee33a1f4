package io.tollgate.pipeline.status;

import java.io.Serializable;

/**
 * Counts delays by the millisecond up to ten seconds and by the second up to an hour; longer ones count as an hour,
 * negative ones (clocks of two machines) as zero. Fixed size, thread-safe.
 */
public final class LatencyHistogram implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final int FINE_MS = 10_000;
    private static final int COARSE_SECONDS = 3_600;

    private final long[] counts = new long[FINE_MS + COARSE_SECONDS + 1];
    private long total;

    public synchronized void record(long delayMs) {
        counts[bucket(Math.max(0, delayMs))]++;
        total++;
    }

    public synchronized long total() {
        return total;
    }

    /**
     * @param share 0 to 1
     * @return milliseconds, exact below ten seconds; -1 when nothing was recorded
     */
    public synchronized long percentile(double share) {
        if (total == 0) {
            return -1;
        }
        long rank = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return i < FINE_MS ? i : (i - FINE_MS) * 1000L;
            }
        }
        throw new IllegalStateException("counts do not add up to the total");
    }

    private static int bucket(long delayMs) {
        if (delayMs < FINE_MS) {
            return (int) delayMs;
        }
        return FINE_MS + (int) Math.min(COARSE_SECONDS, delayMs / 1000);
    }
}
