/**
 * What a feature set declares: every feature once, with its unit, its default and why that default is safe.
 *
 * <p>Start at {@link io.tollgate.features.spec.FeatureSetReader}. This package knows nothing of state, stores or
 * evaluation.
 */
@NullMarked
package io.tollgate.features.spec;

import org.jspecify.annotations.NullMarked;
