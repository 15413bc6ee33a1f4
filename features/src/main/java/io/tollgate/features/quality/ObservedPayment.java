package io.tollgate.features.quality;

import io.tollgate.features.domain.FeatureEvent;

/**
 * A decided payment as expectations see it.
 *
 * @param baseAmount in the feature set's base currency
 * @param decidedAtMs when it was decided, milliseconds since the epoch
 * @param arrivedAtMs when the log took its event, milliseconds since the epoch
 */
public record ObservedPayment(FeatureEvent.Decided event, double baseAmount, long decidedAtMs, long arrivedAtMs) {}
