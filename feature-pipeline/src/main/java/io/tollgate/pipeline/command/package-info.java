/**
 * The command line of this module.
 *
 * <p>Start at {@link io.tollgate.pipeline.Pipeline}, which lists the commands. Classes here turn options into settings
 * and start the jobs of the other packages; they decide nothing about features.
 */
@NullMarked
package io.tollgate.pipeline.command;

import org.jspecify.annotations.NullMarked;
