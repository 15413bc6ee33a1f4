package io.tollgate.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UtcCalendarTest {
    @Test
    void fields_areThoseOfTheCalendar_beforeAndAfter1970() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            long ms = random.nextLong() >> 20;
            ZonedDateTime utc = Instant.ofEpochMilli(ms).atZone(ZoneOffset.UTC);
            assertThat(UtcCalendar.hour(ms)).isEqualTo(utc.getHour());
            assertThat(UtcCalendar.dayOfWeek(ms)).isEqualTo(utc.getDayOfWeek().getValue());
        }
    }
}
