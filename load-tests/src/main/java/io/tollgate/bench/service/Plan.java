package io.tollgate.bench.service;

import java.time.Duration;
import java.util.List;

/**
 * How long everything takes.
 *
 * @param rounds in which floor and service take turns at every load
 * @param warmUp of each server before the first round
 * @param settlingWindows of five seconds at {@link #TARGET_RATE}, at most, until the service's compilers are quiet
 * @param rates open loop, requests per second
 * @param rateTime at each rate
 * @param connections closed loop
 * @param connectionTime at each number of connections
 * @param coldStarts of the service, beside backends that are warm
 */
record Plan(
        int rounds,
        Duration warmUp,
        int settlingWindows,
        List<Integer> rates,
        Duration rateTime,
        List<Integer> connections,
        Duration connectionTime,
        int coldStarts) {
    /** Where server CPU, median and 99th percentile have targets. */
    static final int TARGET_RATE = 1_000;

    /** At which a service that has just become ready is sent its first requests. */
    static final int COLD_RATE = 500;

    /** Eight to ten minutes. */
    static Plan full() {
        return new Plan(
                3,
                Duration.ofSeconds(20),
                24,
                List.of(COLD_RATE, TARGET_RATE, 2_000),
                Duration.ofSeconds(6),
                List.of(1, 8, 32, 128),
                Duration.ofSeconds(2),
                3);
    }

    /** Two to three minutes. */
    static Plan quick() {
        return new Plan(
                2,
                Duration.ofSeconds(8),
                6,
                List.of(COLD_RATE, TARGET_RATE),
                Duration.ofSeconds(4),
                List.of(8),
                Duration.ofSeconds(2),
                1);
    }
}
