package io.tollgate.pipeline.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    private final LatencyHistogram histogram = new LatencyHistogram();

    @Test
    void percentile_isMinusOne_whenNothingWasRecorded() {
        assertThat(histogram.percentile(0.5)).isEqualTo(-1);
    }

    @Test
    void percentile_isExact_belowTenSeconds() {
        LongStream.rangeClosed(1, 1000).forEach(histogram::record);
        assertThat(histogram.percentile(0.5)).isEqualTo(500);
        assertThat(histogram.percentile(0.99)).isEqualTo(990);
        assertThat(histogram.percentile(1)).isEqualTo(1000);
    }

    @Test
    void record_keepsWithinItsBounds_whenClocksDisagreeOrHoursPass() {
        histogram.record(-5);
        assertThat(histogram.percentile(1)).isZero();
        histogram.record(Long.MAX_VALUE);
        assertThat(histogram.percentile(1)).isEqualTo(3_600_000);
    }
}
