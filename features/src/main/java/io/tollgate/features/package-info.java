/**
 * Features of payments, computed the same way in the stream, in the backfill, in training and at serving.
 *
 * <p>Start at {@link io.tollgate.features.FeatureEngine}. The hot path is {@link io.tollgate.features.VectorReader};
 * the pipeline's side is {@link io.tollgate.features.EntityState}. This module imports CEL, the YAML and CSV readers
 * and the JDK: no Spring, no Spark, no Redis, no Kafka, no HTTP.
 */
@NullMarked
package io.tollgate.features;

import org.jspecify.annotations.NullMarked;
