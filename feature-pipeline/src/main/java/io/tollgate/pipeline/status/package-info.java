/**
 * What a running pipeline says of itself: one small JSON file, replaced after each batch.
 *
 * <p>Start at {@link io.tollgate.pipeline.status.StatusFile}. May not import Spark.
 */
@NullMarked
package io.tollgate.pipeline.status;

import org.jspecify.annotations.NullMarked;
