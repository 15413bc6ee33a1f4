package io.tollgate.api.sets;

import io.tollgate.features.spec.FeatureSet;

/**
 * A set that is known here but cannot be served.
 *
 * @param problem why, and what to do about it
 */
public record UnloadedSet(FeatureSet set, String problem) {}
