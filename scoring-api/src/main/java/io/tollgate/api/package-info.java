/**
 * The service that answers authorizations. Start at {@link io.tollgate.api.ScoringApi}, then follow one payment through
 * {@code decision.DecisionFlow}. May use {@code features} and {@code model-client}; knows nothing of Spark.
 */
@NullMarked
package io.tollgate.api;

import org.jspecify.annotations.NullMarked;
