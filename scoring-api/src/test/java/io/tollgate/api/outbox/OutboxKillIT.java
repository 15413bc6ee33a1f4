package io.tollgate.api.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.api.outbox.OutboxSettings.AtBound;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process (SIGKILL) while it appends, several times over the same directory, and looks at what is left. */
class OutboxKillIT {
    private static final int KILLS = 4;

    @TempDir
    Path directory;

    private static OutboxSettings settings(Path directory) {
        return new OutboxSettings(
                directory,
                1 << 20,
                1L << 30,
                Duration.ofHours(1),
                Duration.ofMillis(100),
                Duration.ZERO,
                AtBound.KEEP_DECIDING);
    }

    /** Appends until it is killed, and says of each event that it is in. */
    public static final class Appender {
        private Appender() {}

        public static void main(String[] args) throws IOException {
            Outbox outbox = Outbox.open(settings(Path.of(args[0])), Clock.systemUTC());
            byte[] value = new byte[1_500];
            for (int i = 0; ; i++) {
                String id = args[1] + "-" + i;
                outbox.append(new OutboxRecord("card", id, System.currentTimeMillis(), "trace", value));
                System.out.println(id + ";");
            }
        }
    }

    @Test
    void outbox_holdsEveryEventThatWasReportedAppended_afterKills() throws IOException, InterruptedException {
        long seed = 4;
        Random random = new Random(seed);
        Set<String> reported = new HashSet<>();
        for (int run = 0; run < KILLS; run++) {
            reported.addAll(appendUntilKilled(run, 1_000 + random.nextInt(2_000)));
        }

        Set<String> found = new HashSet<>();
        try (Outbox outbox = Outbox.open(settings(directory), Clock.systemUTC())) {
            Outbox.Reader reader = outbox.reader();
            for (OutboxRecord event = reader.next(); event != null; event = reader.next()) {
                assertThat(found.add(event.eventId())).as("twice: %s", event).isTrue();
            }
            assertThat(outbox.depth()).isEqualTo(found.size());
        }
        assertThat(found).as("seed %s", seed).containsAll(reported);
        assertThat(reported).hasSizeGreaterThan(KILLS * 1_000);
    }

    private Set<String> appendUntilKilled(int run, int events) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Appender.class.getName(),
                        directory.toString(),
                        "run" + run)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Set<String> reported = new HashSet<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            String line = lines.readLine();
            while (line != null) {
                // A line that was cut by the kill has no end mark.
                if (line.endsWith(";")) {
                    reported.add(line.substring(0, line.length() - 1));
                }
                if (reported.size() == events) {
                    // By its handle: the process's own method would also close the stream that is still to be read.
                    process.toHandle().destroyForcibly();
                }
                line = lines.readLine();
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return reported;
    }
}
