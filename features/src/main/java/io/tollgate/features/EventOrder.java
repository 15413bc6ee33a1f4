package io.tollgate.features;

import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.TransactionId;
import java.util.Comparator;

/**
 * The order in which events are history: by the instant they became known; at one instant what is learned (outcomes,
 * reference data) comes before payments; then by id.
 */
public final class EventOrder {
    public static final Comparator<FeatureEvent> COMPARATOR = EventOrder::compare;

    private EventOrder() {}

    private static int compare(FeatureEvent a, FeatureEvent b) {
        int byTime = Long.compare(a.timeMs(), b.timeMs());
        if (byTime != 0) {
            return byTime;
        }
        boolean payment = a instanceof FeatureEvent.Decided;
        return payment != b instanceof FeatureEvent.Decided
                ? (payment ? 1 : -1)
                : TransactionId.compare(a.eventId(), b.eventId());
    }
}
