/**
 * What every Spark job here shares: the session and its settings, the local file system, checkpoint epochs.
 *
 * <p>Start at {@link io.tollgate.pipeline.spark.SparkSessions}. Imports Spark and Hadoop; knows nothing of features.
 */
@NullMarked
package io.tollgate.pipeline.spark;

import org.jspecify.annotations.NullMarked;
