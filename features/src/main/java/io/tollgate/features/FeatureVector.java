package io.tollgate.features;

import java.util.List;

/**
 * What a payment is decided on.
 *
 * @param values one per feature, in the order of the set; owned by the receiver
 * @param lookups one per group, in the order of the set
 * @param tailEvents payments that were used although no blob had them yet
 * @param tailDamaged whether a tail could not be read and was left out
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared; a list of boxed doubles would cost the hot path
public record FeatureVector(double[] values, List<Lookup> lookups, List<TailEvent> tailEvents, boolean tailDamaged) {

    /** A vector to which no tail added anything. */
    public FeatureVector(double[] values, List<Lookup> lookups) {
        this(values, lookups, List.of(), false);
    }
}
