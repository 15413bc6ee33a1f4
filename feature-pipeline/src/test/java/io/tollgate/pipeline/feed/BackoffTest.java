package io.tollgate.pipeline.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(new SplittableRandom(1));

    @Test
    void delay_growsToItsBound_andStartsAgainAfterSuccess() {
        assertThat(backoff.failed(Duration.ZERO)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
        assertThat(backoff.failed(Duration.ZERO)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.failed(Duration.ZERO)).isLessThanOrEqualTo(Duration.ofSeconds(30));
        }
        assertThat(backoff.failed(Duration.ZERO)).isGreaterThanOrEqualTo(Duration.ofSeconds(15));

        backoff.succeeded();

        assertThat(backoff.failed(Duration.ZERO)).isLessThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void delay_isNeverShorterThanAskedFor_upToTheBound() {
        assertThat(backoff.failed(Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
        assertThat(backoff.failed(Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(30));
    }
}
