/**
 * Benchmarks of what the design promises in microseconds and bytes, each printed beside its target; never a timed test.
 *
 * <p>Start at {@link io.tollgate.bench.FeatureBenchmark}, which {@code ./tollgate bench features} runs. Imports {@code
 * features}, {@code model-client} and, to start a Redis, the launcher of {@code local}; neither Spring nor Spark.
 */
@NullMarked
package io.tollgate.bench;

import org.jspecify.annotations.NullMarked;
