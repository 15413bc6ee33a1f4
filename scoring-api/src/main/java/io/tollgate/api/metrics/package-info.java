/**
 * Counters, timers and the last minutes for the console. Start at {@link io.tollgate.api.metrics.DecisionMetrics}.
 */
@NullMarked
package io.tollgate.api.metrics;

import org.jspecify.annotations.NullMarked;
