/**
 * The pipeline's settings, validated once at start.
 *
 * <p>Start at {@link io.tollgate.pipeline.config.PipelineSettings}. May not import Spark.
 */
@NullMarked
package io.tollgate.pipeline.config;

import org.jspecify.annotations.NullMarked;
