/**
 * The Spark jobs: features from the event log to Redis, history to Delta, and from there to the next model.
 *
 * <p>Start at {@link io.tollgate.pipeline.Pipeline}, the command line. What a feature is and how it is computed stays in
 * {@code io.tollgate.features}; this module moves events to it and results away from it. It may not import the service
 * or the local stack.
 */
@NullMarked
package io.tollgate.pipeline;

import org.jspecify.annotations.NullMarked;
