/**
 * Running queries: started, watched, restarted when they fail, stopped when the process is told to.
 *
 * <p>Start at {@link io.tollgate.pipeline.stream.QuerySupervisor}. Knows Spark's streaming queries, not what they do.
 */
@NullMarked
package io.tollgate.pipeline.stream;

import org.jspecify.annotations.NullMarked;
