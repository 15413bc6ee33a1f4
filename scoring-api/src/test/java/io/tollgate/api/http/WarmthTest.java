package io.tollgate.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmthTest {
    private static final long WINDOW = 1_000_000_000;

    @Test
    void after_isWarm_whenCompilersWereQuietTwiceInARow() {
        Warmth warmth = new Warmth();

        assertThat(warmth.after(WINDOW, WINDOW)).isFalse();
        assertThat(warmth.after(WINDOW, WINDOW / 5)).isFalse();
        assertThat(warmth.after(WINDOW, WINDOW / 5)).isTrue();
    }

    @Test
    void after_isNotWarm_whenCompilersOnlyPaused() {
        Warmth warmth = new Warmth();

        assertThat(warmth.after(WINDOW, 0)).isFalse();
        assertThat(warmth.after(WINDOW, WINDOW / 2)).isFalse();
        assertThat(warmth.after(WINDOW, 0)).isFalse();
    }
}
