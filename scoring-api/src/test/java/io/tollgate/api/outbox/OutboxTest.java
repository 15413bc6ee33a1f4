package io.tollgate.api.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.api.outbox.OutboxSettings.AtBound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
    private static final int MIB = 1 << 20;
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir
    Path directory;

    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

    private OutboxSettings settings(AtBound atBound) {
        return new OutboxSettings(
                directory, MIB, 4L * MIB, Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO, atBound);
    }

    private Outbox open() throws IOException {
        return Outbox.open(settings(AtBound.KEEP_DECIDING), clock);
    }

    private static OutboxRecord event(int number, int bytes) {
        byte[] value = new byte[bytes];
        java.util.Arrays.fill(value, (byte) number);
        return new OutboxRecord("card-" + number % 7, "tx-" + number, NOW.toEpochMilli(), "00-trace", value);
    }

    private static List<String> ids(Outbox outbox) {
        List<String> ids = new ArrayList<>();
        Outbox.Reader reader = outbox.reader();
        for (OutboxRecord event = reader.next(); event != null; event = reader.next()) {
            ids.add(event.eventId());
        }
        return ids;
    }

    private static List<String> expected(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "tx-" + i).toList();
    }

    @Test
    void reader_givesEventsAsAppended_acrossSegments() throws IOException {
        try (Outbox outbox = open()) {
            for (int i = 0; i < 600; i++) {
                assertThat(outbox.append(event(i, 3_000 + i))).isTrue();
            }
            Outbox.Reader reader = outbox.reader();
            for (int i = 0; i < 600; i++) {
                assertThat(reader.next()).isEqualTo(event(i, 3_000 + i));
            }
            assertThat(reader.next()).isNull();
            assertThat(outbox.depth()).isEqualTo(600);
        }
    }

    @Test
    void open_findsWhatWasNotAcknowledged_afterARestart() throws IOException {
        long acknowledged;
        try (Outbox outbox = open()) {
            for (int i = 0; i < 600; i++) {
                outbox.append(event(i, 3_000));
            }
            Outbox.Reader reader = outbox.reader();
            for (int i = 0; i < 500; i++) {
                reader.next();
            }
            acknowledged = reader.offset();
            outbox.acknowledge(acknowledged, 500, NOW.toEpochMilli());
        }
        try (Outbox outbox = open()) {
            assertThat(outbox.depth()).isEqualTo(100);
            assertThat(ids(outbox)).isEqualTo(expected(500, 600));
            outbox.append(event(600, 10));
            assertThat(ids(outbox)).isEqualTo(expected(500, 601));
        }
    }

    @Test
    void acknowledge_givesSegmentsBack_whenTheyAreShipped() throws IOException {
        try (Outbox outbox = open()) {
            for (int i = 0; i < 600; i++) {
                outbox.append(event(i, 3_000));
            }
            Outbox.Reader reader = outbox.reader();
            while (reader.next() != null) {}
            outbox.acknowledge(reader.offset(), 600, Long.MAX_VALUE);

            assertThat(outbox.depth()).isZero();
            assertThat(outbox.oldestAgeMs()).isZero();
            assertThat(segments()).hasSize(1);
        }
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".events"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void open_dropsATornEntry_andGoesOnBehindTheLastWholeOne() throws IOException {
        try (Outbox outbox = open()) {
            outbox.append(event(0, 1_000));
            outbox.append(event(1, 1_000));
        }
        // The last entry's payload was not written whole: a byte of it is still zero.
        byte[] file = Files.readAllBytes(segments().get(0));
        int last = file.length - 1;
        while (file[last] == 0) {
            last--;
        }
        file[last] = 0;
        Files.write(segments().get(0), file, StandardOpenOption.WRITE);

        try (Outbox outbox = open()) {
            assertThat(ids(outbox)).containsExactly("tx-0");
            outbox.append(event(2, 10));
            assertThat(ids(outbox)).containsExactly("tx-0", "tx-2");
        }
    }

    @Test
    void append_refusesAndCounts_whenTheBoundOfBytesIsReached() throws IOException {
        try (Outbox outbox = open()) {
            int kept = 0;
            while (outbox.append(event(kept, 10_000))) {
                kept++;
            }
            assertThat(kept).isBetween(190, 320);
            assertThat(outbox.refusedEvents()).isEqualTo(1);
            assertThat(outbox.accepting()).isTrue();
            assertThat(ids(outbox)).hasSize(kept);
        }
    }

    @Test
    void accepting_isFalse_whenTheOldestIsTooOldAndTheSettingIsToRefuse() throws IOException {
        try (Outbox outbox = Outbox.open(settings(AtBound.REFUSE), clock)) {
            assertThat(outbox.accepting()).isTrue();
            outbox.append(new OutboxRecord("c", "tx-0", NOW.minusSeconds(61).toEpochMilli(), "t", new byte[10]));
            assertThat(outbox.accepting()).isFalse();
        }
    }

    /** A payment that was accepted is decided and answered: its event must not be the one that finds the door closed. */
    @Test
    void append_findsRoomForWhatWasAccepted_whenTheSettingIsToRefuse() throws IOException {
        try (Outbox outbox = Outbox.open(settings(AtBound.REFUSE), clock)) {
            int kept = 0;
            while (outbox.accepting()) {
                assertThat(outbox.append(event(kept++, 10_000))).isTrue();
            }
            int underWay = MIB / 2 / 10_000;
            for (int i = 0; i < underWay; i++) {
                assertThat(outbox.append(event(kept++, 10_000))).isTrue();
            }
            assertThat(outbox.refusedEvents()).isZero();
            while (outbox.append(event(kept, 10_000))) {
                kept++;
            }
            assertThat(outbox.unsentBytes()).isLessThan(4L * MIB);
        }
    }

    @Test
    void open_isRefused_whenTheDirectoryBelongsToARunningProcess() throws IOException {
        try (Outbox outbox = open()) {
            assertThat(outbox.depth()).isZero();
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("running process");
        }
    }
}
