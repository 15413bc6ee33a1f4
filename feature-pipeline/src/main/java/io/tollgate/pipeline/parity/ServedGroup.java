package io.tollgate.pipeline.parity;

import io.tollgate.features.MissCause;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the service found of one group, as the event tells.
 *
 * @param group its qualified name, as in {@code card:activity}
 * @param cause of a miss
 * @param asOfMs event time of the newest event in it, milliseconds since the epoch; 0 unless found
 * @param sequence of the publisher's batch that wrote it; 0 unless found
 * @param tail ids of payments that the tail added to it
 */
record ServedGroup(
        String group, Outcome outcome, @Nullable MissCause cause, long asOfMs, long sequence, List<String> tail) {
    enum Outcome {
        HIT,
        STALE,
        MISS,
        NOT_APPLICABLE
    }

    boolean found() {
        return outcome == Outcome.HIT || outcome == Outcome.STALE;
    }

    /** Whether the group was evaluated as that of an entity without a past. */
    boolean empty() {
        return outcome == Outcome.MISS && (cause == MissCause.NEW_ENTITY || cause == MissCause.EXPIRED);
    }
}
