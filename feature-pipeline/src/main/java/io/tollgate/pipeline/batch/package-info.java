/**
 * Features of past payments: the stream's compiled engine, run over a file from its first row to its last.
 *
 * <p>Start at {@link io.tollgate.pipeline.batch.Backfill}. Imports Spark; what a feature is stays in {@code
 * io.tollgate.features}.
 */
@NullMarked
package io.tollgate.pipeline.batch;

import org.jspecify.annotations.NullMarked;
