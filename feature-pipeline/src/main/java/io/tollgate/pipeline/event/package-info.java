/**
 * Events as they come from the hub: JSON in, domain events or a reason for quarantine out.
 *
 * <p>Start at {@link io.tollgate.pipeline.event.EventParser}. May not import Spark: the same parser serves stream,
 * history and tests.
 */
@NullMarked
package io.tollgate.pipeline.event;

import org.jspecify.annotations.NullMarked;
