package io.tollgate.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Measures what an operation costs the thread that runs it, in CPU time: on a machine that is shared, the clock on the
 * wall also measures the neighbours. Rounds of different operations can be interleaved by the caller.
 */
final class CpuClock {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Long enough for the second compiler, and for what it throws away on the way. */
    private static final long WARM_UP_NANOS = 3_000_000_000L;

    private static final long ROUND_NANOS = 100_000_000L;
    private static final int ROUNDS = 21;

    /** Operations between two looks at the clock. */
    private static final int BATCH = 64;

    /** Results flow here, so that no compiler may leave the work out. */
    @SuppressWarnings("unused")
    private static volatile double sink;

    private CpuClock() {}

    /**
     * Nanoseconds of CPU for one operation, by rounds.
     *
     * @param median of the rounds
     * @param lowest round; the nearest to an undisturbed machine
     */
    record Cost(double median, double lowest) {}

    /** Runs the operation until it is warm, then measures it; it is given a running number. */
    static Cost measure(IntToDoubleFunction operation) {
        round(operation, WARM_UP_NANOS);
        double[] costs = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            costs[i] = round(operation, ROUND_NANOS);
        }
        return cost(costs);
    }

    static Cost cost(double[] rounds) {
        double[] sorted = rounds.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Cost(median, sorted[0]);
    }

    private static double round(IntToDoubleFunction operation, long nanos) {
        double sum = 0;
        int operations = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        long elapsed = 0;
        while (elapsed < nanos) {
            for (int i = 0; i < BATCH; i++) {
                sum += operation.applyAsDouble(operations++);
            }
            elapsed = THREADS.getCurrentThreadCpuTime() - start;
        }
        sink = sum;
        return (double) elapsed / operations;
    }
}
