package io.tollgate.pipeline.event;

import io.tollgate.features.domain.AuthorizationDraft.TimeBounds;
import io.tollgate.features.quality.Expectations;
import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an event must hold to, beyond its schema.
 *
 * @param maxFuture how far its time may lie ahead of its arrival on the log; wider than the service's, which judges by
 *     its own clock: what it has answered must not be refused here
 * @param maxAge how far behind; as wide as the longest replay
 * @param expectations {@link Expectations#DEFAULT} or the path of a file that every executor can read; empty for events
 *     that were judged when they came
 */
public record EventRules(Duration maxFuture, Duration maxAge, String expectations) implements Serializable {
    private static final String NONE = "";

    /** Twice the service's allowance for clocks, and a year with slack, so that a year's log can be replayed. */
    public static final EventRules DEFAULT =
            new EventRules(Duration.ofMinutes(10), Duration.ofDays(400), Expectations.DEFAULT);

    /** For events read back from {@code txn_events}: a rule that is stricter today does not unmake them. */
    public static final EventRules ACCEPTED_BEFORE =
            new EventRules(Duration.ofDays(36_525), Duration.ofDays(36_525), NONE);

    /** One file per process, or two while a new one is tried. */
    private static final ConcurrentHashMap<String, Expectations> COMPILED = new ConcurrentHashMap<>();

    public EventRules {
        if (maxFuture.isNegative() || maxAge.isNegative()) {
            throw new IllegalArgumentException("the bounds of an event's time must not be negative");
        }
    }

    TimeBounds timeBounds() {
        return new TimeBounds(maxFuture, maxAge);
    }

    /**
     * The expectations; compiled on first use.
     *
     * @throws RuntimeException as {@link Expectations#find}
     */
    public Expectations compiled() {
        return expectations.equals(NONE)
                ? Expectations.none()
                : COMPILED.computeIfAbsent(expectations, Expectations::find);
    }
}
