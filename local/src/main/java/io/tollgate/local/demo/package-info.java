/**
 * The demonstration: the whole of Tollgate on one machine, with traffic, ended in order and accounted for.
 *
 * <p>Start at {@link io.tollgate.local.demo.Demo}, the command; {@link io.tollgate.local.demo.DemoRun} is what it does,
 * step by step. The service and the pipeline run as processes of their own, so nothing here may import their classes.
 */
@NullMarked
package io.tollgate.local.demo;

import org.jspecify.annotations.NullMarked;
