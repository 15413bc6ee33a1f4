package io.tollgate.features;

import java.util.List;

/**
 * What a payment is decided on.
 *
 * @param values one per feature, in the order of the set; owned by the receiver
 * @param lookups one per group, in the order of the set
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared; a list of boxed doubles would cost the hot path
public record FeatureVector(double[] values, List<Lookup> lookups) {}
