/**
 * One payment's way from JSON to a recorded decision. Start at {@link io.tollgate.api.decision.DecisionFlow}. No HTTP server
 * and no Kafka in here; Redis only behind {@code store}.
 */
@NullMarked
package io.tollgate.api.decision;

import org.jspecify.annotations.NullMarked;
