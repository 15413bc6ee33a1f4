package io.tollgate.bench.service;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What a client saw.
 *
 * @param latencies nanoseconds; of every request, those that failed or were never answered included
 * @param failed requests without an answer of status 200
 * @param degraded answers that own to a fallback, by the codes that they give
 * @param approved answers that approve
 * @param elapsedNanos from the first request's due time to the last answer
 */
record LoadResult(Histogram latencies, long failed, Map<String, Long> degraded, long approved, long elapsedNanos) {
    private static final double MICROS = TimeUnit.MICROSECONDS.toNanos(1);

    long requests() {
        return latencies.getTotalCount();
    }

    double perSecond() {
        return (double) (requests() - failed) * TimeUnit.SECONDS.toNanos(1) / elapsedNanos;
    }

    /** Microseconds below which so many percent of the requests were answered. */
    double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / MICROS;
    }
}
