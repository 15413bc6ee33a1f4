package io.tollgate.api.decision;

import java.time.Duration;

/**
 * By when one payment is answered, on the monotonic clock.
 *
 * @param startNanos when the request was read, {@link System#nanoTime()}
 * @param budget time from then to the answer
 */
public record Deadline(long startNanos, Duration budget) {

    public Duration remaining(long nowNanos) {
        return budget.minusNanos(nowNanos - startNanos);
    }

    /** The part of {@code wish} that leaves {@code reserve} for what comes after; never negative. */
    public Duration allot(Duration wish, Duration reserve, long nowNanos) {
        Duration left = remaining(nowNanos).minus(reserve);
        Duration allotted = left.compareTo(wish) < 0 ? left : wish;
        return allotted.isNegative() ? Duration.ZERO : allotted;
    }
}
