/**
 * Recomputes served vectors from history and compares them bit for bit.
 *
 * <p>Start at {@link io.tollgate.pipeline.parity.Parity}. Entities' states are folded and published, and vectors read,
 * by the same classes of {@code io.tollgate.features} that the publisher and the service use; this package only brings
 * the right events together. Imports Spark.
 */
@NullMarked
package io.tollgate.pipeline.parity;

import org.jspecify.annotations.NullMarked;
