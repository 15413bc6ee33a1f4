package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the rehearsal before readiness needs, and what it leaves. */
class WarmUpIT {
    @TempDir
    private Path scratch;

    @Test
    void service_decidesAndForgetsItsWholeRehearsal_andDecidesAlsoWithoutOne() throws Exception {
        Path outbox = scratch.resolve("outbox");
        Path rehearsal = scratch.resolve("outbox-rehearsal");
        // The start of the service puts its own log in place of any that a test had listened to.
        PrintStream console = System.out;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setOut(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (BackendsProcess backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA))) {
            try (Replica rehearsed = Replica.start(backends.settings(), outbox)) {
                // Of whatever manner they came in: at once, in pieces, without a length.
                assertThat(log.toString(StandardCharsets.UTF_8)).contains("warm-up: 500 of 500 payments decided");
                assertThat(rehearsal).doesNotExist();
                assertThat(rehearsed
                                .get("/actuator/prometheus")
                                .body()
                                .lines()
                                .filter(line -> line.startsWith("tollgate_authorization_seconds_count")))
                        .isNotEmpty()
                        .allMatch(line -> line.endsWith(" 0"));
            }
            Files.writeString(rehearsal, "a file where the rehearsal wants a directory");
            try (Replica cold = Replica.start(backends.settings(), outbox)) {
                assertThat(cold.authorize(Replica.payment("cold-1", "c-1", "12.00"))
                                .statusCode())
                        .isEqualTo(200);
            }
        } finally {
            System.setOut(console);
            console.print(log.toString(StandardCharsets.UTF_8));
        }
    }
}
