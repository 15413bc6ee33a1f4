package io.tollgate.features;

import io.tollgate.features.spec.Aggregation;
import io.tollgate.features.state.StatePlan.Block;

/**
 * Reads one feature off the totals of its window.
 *
 * @param slot in the vector
 * @param block of the payments, or of the frauds for a fraud count
 * @param part the payments that meet the condition, for a rate; otherwise the same as {@code block}
 * @param undefined the feature's default, used without a payment
 */
record WindowFeature(
        int slot, Aggregation aggregation, Block block, Block part, boolean includeCurrent, double undefined) {
    private static final double CENTS = 100.0;
    private static final double TWO_POW_64 = 0x1p64;

    double value(long[] totals) {
        long count = totals[block.column()];
        return switch (aggregation) {
            case COUNT, FRAUD_COUNT -> count;
            case SUM -> count == 0 ? 0 : totals[block.sumColumn()] / CENTS;
            case MEAN -> count == 0 ? undefined : totals[block.sumColumn()] / (CENTS * count);
            case STDDEV -> count == 0 ? undefined : Math.sqrt(variance(totals, count)) / CENTS;
            case MIN -> count == 0 ? undefined : totals[block.minColumn()] / CENTS;
            case MAX -> count == 0 ? undefined : totals[block.maxColumn()] / CENTS;
            case RATE, FRAUD_RATE -> count == 0 ? undefined : (double) totals[part.column()] / count;
            case DISTINCT,
                    IS_NEW,
                    LAST_AMOUNT,
                    SECONDS_SINCE_LAST,
                    SECONDS_SINCE_FIRST,
                    KM_FROM_LAST,
                    KMH_FROM_LAST,
                    REFERENCE -> throw new IllegalStateException(aggregation + " has no tiles");
        };
    }

    /** In squared hundredths: exact up to the last division while n times the sum of squares fits 63 bits. */
    private double variance(long[] totals, long count) {
        long sum = totals[block.sumColumn()];
        long low = totals[block.squaresColumn()];
        long high = totals[block.squaresColumn() + 1];
        boolean exact = high == 0
                && low >= 0
                && Math.multiplyHigh(low, count) == 0
                && low * count >= 0
                && Math.multiplyHigh(sum, sum) == 0
                && sum * sum >= 0;
        if (exact) {
            return (double) (low * count - sum * sum) / ((double) count * count);
        }
        double squares = high * TWO_POW_64 + (low >= 0 ? low : low + TWO_POW_64);
        double mean = (double) sum / count;
        return Math.max(0, squares / count - mean * mean);
    }
}
