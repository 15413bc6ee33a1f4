/**
 * What each of the publisher's batches read: from Spark's own log of offsets into the Delta table {@code
 * published_batches}, and back as ranges that say which messages a batch could have seen.
 *
 * <p>Start at {@link io.tollgate.pipeline.batches.PublishedBatches}. Imports Spark and Hadoop; knows nothing of features.
 */
@NullMarked
package io.tollgate.pipeline.batches;

import org.jspecify.annotations.NullMarked;
