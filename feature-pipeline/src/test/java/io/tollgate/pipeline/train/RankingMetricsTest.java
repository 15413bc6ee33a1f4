package io.tollgate.pipeline.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RankingMetricsTest {
    @Test
    void of_isOne_whenEveryFraudScoresHighest() {
        RankingMetrics metrics = RankingMetrics.of(new float[] {0.1f, 0.9f, 0.2f, 0.8f}, new float[] {0, 1, 0, 1});

        assertThat(metrics).isEqualTo(new RankingMetrics(1, 1));
    }

    @Test
    void of_isHalf_whenAllScoresAreTheSame() {
        RankingMetrics metrics = RankingMetrics.of(new float[] {0.5f, 0.5f, 0.5f, 0.5f}, new float[] {0, 1, 0, 0});

        assertThat(metrics.aucRoc()).isEqualTo(0.5);
        assertThat(metrics.averagePrecision()).isEqualTo(0.25);
    }

    /** The example of scikit-learn's documentation of average_precision_score: 0.8333, with an area of 0.75. */
    @Test
    void of_agreesWithScikitLearn() {
        RankingMetrics metrics = RankingMetrics.of(new float[] {0.1f, 0.4f, 0.35f, 0.8f}, new float[] {0, 0, 1, 1});

        assertThat(metrics.averagePrecision()).isCloseTo(0.8333333, within(1e-6));
        assertThat(metrics.aucRoc()).isEqualTo(0.75);
    }

    @Test
    void of_isNoNumber_whenThereAreNoFrauds() {
        RankingMetrics metrics = RankingMetrics.of(new float[] {0.1f, 0.4f}, new float[] {0, 0});

        assertThat(metrics.aucRoc()).isNaN();
        assertThat(metrics.averagePrecision()).isNaN();
    }
}
