package io.tollgate.pipeline.event;

import io.tollgate.features.domain.AuthorizationDraft.TimeBounds;
import java.io.Serializable;
import java.time.Duration;

/**
 * How far from its arrival on the log an event's time may lie.
 *
 * @param maxFuture wider than the service's, which judges by its own clock: what it has answered must not be refused
 *     here
 * @param maxAge as wide as the longest replay
 */
public record EventBounds(Duration maxFuture, Duration maxAge) implements Serializable {
    /** Twice the service's allowance for clocks, and a year with slack, so that a year's log can be replayed. */
    public static final EventBounds DEFAULT = new EventBounds(Duration.ofMinutes(10), Duration.ofDays(400));

    public EventBounds {
        if (maxFuture.isNegative() || maxAge.isNegative()) {
            throw new IllegalArgumentException("event bounds must not be negative");
        }
    }

    TimeBounds timeBounds() {
        return new TimeBounds(maxFuture, maxAge);
    }
}
