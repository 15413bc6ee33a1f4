/**
 * The decision service under load, beside a floor: a bare server that waits for the same things and computes nothing.
 *
 * <p>Start at {@link io.tollgate.bench.service.ServiceBenchmark}, which {@code ./tollgate bench service} runs, or at {@link
 * io.tollgate.bench.service.FeastBenchmark} ({@code ./tollgate bench feast}), for the same service beside Feast's feature
 * servers. All servers are processes of their own, so that each one's CPU time can be told. Imports Netty, HdrHistogram and
 * the launchers of {@code local}; neither Spring nor Lettuce nor Kafka.
 */
@NullMarked
package io.tollgate.bench.service;

import org.jspecify.annotations.NullMarked;
