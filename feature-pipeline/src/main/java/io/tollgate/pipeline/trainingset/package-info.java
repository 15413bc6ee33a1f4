/**
 * Joins past payments with the outcomes that were known by a cut-off: the table {@code fraud_training_set}.
 *
 * <p>Start at {@link io.tollgate.pipeline.trainingset.TrainingSetJob}. Imports Spark and Delta; vectors that were not
 * served come from {@code io.tollgate.pipeline.parity}, and so from the same compiled features as all others.
 */
@NullMarked
package io.tollgate.pipeline.trainingset;

import org.jspecify.annotations.NullMarked;
