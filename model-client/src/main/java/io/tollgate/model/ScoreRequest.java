package io.tollgate.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A feature vector to score, and the time there is for it.
 *
 * <p>Holds the caller's array without a copy: it must not change until the score has arrived, because a hedged call or
 * the model in process may read it again.
 */
public final class ScoreRequest {
    private final double[] values;
    private final int offset;
    private final Duration budget;
    private final @Nullable String traceparent;

    /**
     * @param values holds the vector from {@code offset} on, in the order of the model's signature; NaN means missing
     * @param budget how long the caller will wait; zero or less skips the endpoint
     */
    public ScoreRequest(double[] values, int offset, Duration budget) {
        this(values, offset, budget, null);
    }

    /**
     * @param traceparent W3C trace context that the endpoint is to go on with; null for none
     */
    public ScoreRequest(double[] values, int offset, Duration budget, @Nullable String traceparent) {
        if (offset < 0 || offset > values.length) {
            throw new IllegalArgumentException("offset " + offset + " is outside of " + values.length + " values");
        }
        this.values = values;
        this.offset = offset;
        this.budget = budget;
        this.traceparent = traceparent;
    }

    /** The caller's array, shared. */
    public double[] values() {
        return values;
    }

    /** Where the vector begins in {@link #values()}. */
    public int offset() {
        return offset;
    }

    public Duration budget() {
        return budget;
    }

    /** The trace that this belongs to. */
    public @Nullable String traceparent() {
        return traceparent;
    }
}
