package io.tollgate.features.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Iso8601Test {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-21T10:15:30Z",
                "2026-11-21T10:15:30.1Z",
                "2026-11-21T10:15:30.000Z",
                "2026-11-21T10:15:30.123456789Z",
                "2024-02-29T23:59:59.999Z",
                "2026-02-29T00:00:00Z",
                "2026-04-31T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-00-10T00:00:00Z",
                "2026-11-00T00:00:00Z",
                "2026-11-21T24:00:00Z",
                "2026-11-21T10:60:30Z",
                "2026-11-21T10:15:60Z",
                "2026-11-21T10:15:30.Z",
                "2026-11-21T10:15:30.1234567890Z",
                "2026-11-21T10:15Z",
                "2026-11-21T10:15:30+02:00",
                "2026-11-21T10:15:30.5-11:30",
                "2026-11-21t10:15:30z",
                "2026-11-21 10:15:30Z",
                "2026-11-21T10:15:30",
                "0000-01-01T00:00:00Z",
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999999Z",
                "+12026-11-21T10:15:30Z",
                "-2026-11-21T10:15:30Z",
                "2026-1a-21T10:15:30Z",
                "2026-11-21T10:15:30,123Z",
                "٢٠٢٦-11-21T10:15:30Z",
                ""
            })
    void parse_readsWhatTheJdkReads_inAnyForm(String text) {
        assertThat(read(() -> Iso8601.parse(text)))
                .isEqualTo(read(() -> OffsetDateTime.parse(text).toInstant()));
    }

    @Test
    void parse_readsWhatTheJdkReads_forRandomInstantsAndDamage() {
        Random random = new Random(8601);
        for (int i = 0; i < 20_000; i++) {
            Instant instant = Instant.ofEpochSecond(
                    random.nextLong(-62_000_000_000L, 250_000_000_000L), random.nextInt(1_000_000_000));
            StringBuilder text = new StringBuilder(instant.toString());
            if (i % 2 == 1) {
                text.setCharAt(random.nextInt(text.length()), "0123456789-:.TZ".charAt(random.nextInt(15)));
            }
            assertThat(read(() -> Iso8601.parse(text.toString())))
                    .as(text.toString())
                    .isEqualTo(read(() -> OffsetDateTime.parse(text).toInstant()));
        }
    }

    private interface Reading {
        Instant read();
    }

    private static Optional<Instant> read(Reading reading) {
        try {
            return Optional.of(reading.read());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-21T10:15:30Z",
                "2026-11-21T00:00:00.1Z",
                "2026-11-21T10:15:30.001Z",
                "2026-11-21T10:15:30.000001Z",
                "2026-11-21T23:59:59.000000001Z",
                "0000-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999999Z",
                "+10000-01-01T00:00:00Z",
                "-0001-12-31T23:59:59.5Z",
                "1969-12-31T23:59:59.999Z"
            })
    void format_writesWhatTheJdkWrites(String text) {
        Instant instant = Instant.parse(text);

        assertThat(Iso8601.format(instant)).isEqualTo(instant.toString());
    }

    @Test
    void format_writesWhatTheJdkWrites_forAnyInstant() {
        long seed = 11;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            int nano = random.nextInt(1_000_000_000);
            Instant instant = Instant.ofEpochSecond(
                    random.nextLong(-70_000_000_000L, 260_000_000_000L),
                    i % 4 == 0
                            ? 0
                            : i % 4 == 1 ? nano / 1_000_000 * 1_000_000 : i % 4 == 2 ? nano / 1_000 * 1_000 : nano);

            assertThat(Iso8601.format(instant)).as("seed %d", seed).isEqualTo(instant.toString());
        }
    }
}
