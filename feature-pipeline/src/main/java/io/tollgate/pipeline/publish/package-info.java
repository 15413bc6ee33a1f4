/**
 * The publisher: folds the log's events into per-entity state and writes what readers need to Redis.
 *
 * <p>Start at {@link io.tollgate.pipeline.publish.PublisherQuery}. Imports Spark for the query and Jedis for the
 * writes, each behind its own class; the meaning of state and blobs stays in {@code io.tollgate.features}.
 */
@NullMarked
package io.tollgate.pipeline.publish;

import org.jspecify.annotations.NullMarked;
