package io.tollgate.features;

import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.TransactionId;
import java.util.Comparator;

/**
 * The order in which events are history: by the instant they became known; at one instant what is learned (outcomes,
 * reference data) comes before payments; then by id.
 */
public final class EventOrder {
    public static final Comparator<FeatureEvent> COMPARATOR = Comparator.comparingLong(FeatureEvent::timeMs)
            .thenComparing(event -> event instanceof FeatureEvent.Decided)
            .thenComparing(FeatureEvent::eventId, TransactionId::compare);

    private EventOrder() {}
}
