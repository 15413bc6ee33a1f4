package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.local.process.ChildProcess;
import io.tollgate.local.process.JavaCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small {@code tollgate drill outbox}: the service as a process, killed while it decides, the broker away for a while. */
class OutboxDrillIT {
    @TempDir
    Path directory;

    @Test
    void hub_holdsEveryAnsweredPayment_afterKillsAndAnOutage() throws IOException {
        List<String> command = new JavaCommand(
                        "io.tollgate.local.drill.Drill",
                        JavaCommand.classpathOf(Path.of("..", "local")),
                        List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                        List.of(
                                "outbox",
                                "--payments",
                                "2500",
                                "--kills",
                                "2",
                                "--no-delta",
                                "--data-dir",
                                directory.toString()))
                .writeTo(directory.resolve("drill.args"));
        try (ChildProcess drill = ChildProcess.named("drill").command(command).start()) {
            String said = drill.output().lines().collect(Collectors.joining("\n"));
            assertThat(drill.onExit().join()).as(said).isZero();
            assertThat(said).contains("kill -9", "broker stopped", "2,500 payments answered", "nothing was lost");
        }
    }
}
