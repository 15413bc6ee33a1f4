package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tollgate.local.process.ChildProcess;
import io.tollgate.local.process.JavaCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small editions of {@code tollgate drill}: the service as a process, killed, restarted, out of room. */
class DrillsIT {
    /** What the drill on the full disk answers where nobody may mount a filesystem. */
    private static final int CANNOT_BE_DONE_HERE = 3;

    /** Small editions take up to a minute on an idle machine. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    private record Ran(int status, String said) {}

    private Ran drill(String... words) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of("--data-dir", directory.toString()));
        List<String> command = new JavaCommand(
                        "io.tollgate.local.drill.Drill",
                        JavaCommand.classpathOf(Path.of("..", "local")),
                        List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                        arguments)
                .writeTo(directory.resolve("drill.args"));
        Path said = directory.resolve("drill.said");
        try (ChildProcess drill =
                ChildProcess.named("drill").command(command).log(said).start()) {
            int status = drill.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return new Ran(status, Files.readString(said));
        } catch (TimeoutException e) {
            throw new AssertionError("the drill does not end: " + Files.readString(said), e);
        }
    }

    @Test
    void hub_holdsEveryAnsweredPayment_afterKillsAndAnOutageOfTheBroker() throws Exception {
        Ran ran = drill("outbox", "--payments", "2500", "--kills", "2", "--no-delta");

        assertThat(ran.status()).as(ran.said()).isZero();
        assertThat(ran.said()).contains("kill -9", "broker stopped", "2,500 payments answered", "nothing was lost");
    }

    @Test
    void noRequestFails_whileEachOfTwoReplicasIsRestarted() throws Exception {
        Ran ran = drill("restart", "--rate", "200");

        assertThat(ran.status()).as(ran.said()).isZero();
        assertThat(ran.said()).contains("replica-a ended", "replica-b ended", "nothing was lost");
    }

    @Test
    void outbox_refusesOrCounts_asSet_whenTheDiskIsFull() throws Exception {
        Ran ran = drill("disk");

        assumeThat(ran.status()).as("SKIPPED: %s", ran.said()).isNotEqualTo(CANNOT_BE_DONE_HERE);
        assertThat(ran.status()).as(ran.said()).isZero();
        assertThat(ran.said()).contains("disk full", "kill -9", "each setting did what it says");
    }
}
