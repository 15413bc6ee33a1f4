/**
 * The history: every event as it came, once, and the vectors computed from them, in Delta tables.
 *
 * <p>Start at {@link io.tollgate.pipeline.history.HistoryQuery} for the events and at {@link
 * io.tollgate.pipeline.history.VectorQuery} for the vectors. Imports Spark and Delta; the features themselves come from
 * {@code io.tollgate.features}.
 */
@NullMarked
package io.tollgate.pipeline.history;

import org.jspecify.annotations.NullMarked;
