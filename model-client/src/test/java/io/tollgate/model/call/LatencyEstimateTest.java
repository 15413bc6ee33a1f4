package io.tollgate.model.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyEstimateTest {
    private static final Duration INITIAL = Duration.ofMillis(20);

    @Test
    void p95_isTheInitialOne_beforeCalls() {
        assertThat(new LatencyEstimate(INITIAL).p95()).isEqualTo(INITIAL);
    }

    @Test
    void p95_isWithinAnEighth_onRandomLatencies() {
        long seed = 5;
        Random random = new Random(seed);
        long[] latencies = random.doubles(1_920, 0, 1)
                .mapToLong(u -> (long) (200_000 * Math.exp(4 * u * u)))
                .toArray();
        LatencyEstimate estimate = new LatencyEstimate(INITIAL);
        Arrays.stream(latencies).forEach(estimate::record);
        Arrays.sort(latencies);
        double exact = latencies[(int) (latencies.length * 0.95)];

        assertThat(estimate.p95().toNanos() / exact).as("seed %d", seed).isBetween(0.98, 1.14);
    }

    @Test
    void p95_follows_whenLatenciesFall() {
        LatencyEstimate estimate = new LatencyEstimate(INITIAL);
        for (int i = 0; i < 10_000; i++) {
            estimate.record(50_000_000);
        }
        for (int i = 0; i < 20_000; i++) {
            estimate.record(1_000_000);
        }
        assertThat(estimate.p95()).isLessThan(Duration.ofMillis(2));
    }

    @Test
    void record_takesAnyLatency() {
        LatencyEstimate estimate = new LatencyEstimate(INITIAL);
        for (long nanos : new long[] {Long.MIN_VALUE, 0, 1, 7, 8, 9, Long.MAX_VALUE}) {
            estimate.record(nanos);
        }
        assertThat(estimate.p95()).isEqualTo(INITIAL);
    }
}
