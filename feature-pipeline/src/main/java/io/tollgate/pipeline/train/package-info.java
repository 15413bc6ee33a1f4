/**
 * Trains a model on past payments: vectors by the feature engine as of each payment's own instant, labels from outcomes
 * that were known at the cut-off, boosted trees by XGBoost, an MLflow model directory.
 *
 * <p>Start at {@link io.tollgate.pipeline.train.TrainingRun}. Needs no cluster: XGBoost runs in this process. May not
 * import Spark.
 */
@NullMarked
package io.tollgate.pipeline.train;

import org.jspecify.annotations.NullMarked;
