package io.tollgate.pipeline.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RecentLoadsTest {
    /** Stands still until it is moved. */
    private static final class SetClock extends Clock {
        Instant now = Instant.parse("2026-11-21T10:00:00Z");

        void forward(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final SetClock clock = new SetClock();
    private final RecentLoads recent = new RecentLoads(clock, 2);

    @Test
    void card_isKnownForAWhile_afterItWasFound() {
        assertThat(recent.knows("c-1")).isFalse();
        recent.found("c-1");
        clock.forward(RecentLoads.FOUND.minusMillis(1));
        assertThat(recent.knows("c-1")).isTrue();
        clock.forward(Duration.ofMillis(1));
        assertThat(recent.knows("c-1")).isFalse();
    }

    @Test
    void card_isLeftAloneForLonger_whenNobodyIssuedIt() {
        recent.unknown("c-1");
        clock.forward(RecentLoads.UNKNOWN.minusMillis(1));
        assertThat(recent.knows("c-1")).isTrue();
        clock.forward(Duration.ofMillis(1));
        assertThat(recent.knows("c-1")).isFalse();
    }

    @Test
    void loads_begin_onlySoOftenASecond() {
        assertThat(recent.mayBegin()).isTrue();
        assertThat(recent.mayBegin()).isTrue();
        assertThat(recent.mayBegin()).isFalse();
        clock.forward(Duration.ofSeconds(1));
        assertThat(recent.mayBegin()).isTrue();
    }
}
