package io.tollgate.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class WatchIT {
    @TempDir
    Path directory;

    @Test
    void until_failsWithTheEndOfTheLog_whenAWatchedProcessEnds() throws Exception {
        Path log = directory.resolve("broken.log");
        Watch watch = new Watch();
        try (ChildProcess broken = ChildProcess.named("broken")
                .command("bash", "-c", "echo 'no space left on device' >&2; exit 3")
                .log(log)
                .start()) {
            watch.over("broken", broken, log);

            assertThatThrownBy(() -> watch.until(() -> false, Duration.ofSeconds(20)))
                    .isInstanceOf(DemoException.class)
                    .hasMessageContaining("broken ended with exit status 3")
                    .hasMessageContaining("no space left on device")
                    .extracting(e -> ((DemoException) e).exitCode())
                    .isEqualTo(1);
        }
    }

    @Test
    void until_doesNotMind_whenProcessesEndWhileStopping() throws Exception {
        Path log = directory.resolve("ended.log");
        Watch watch = new Watch();
        try (ChildProcess ended =
                ChildProcess.named("ended").command("true").log(log).start()) {
            watch.stopping();
            watch.over("ended", ended, log);

            assertThat(watch.until(() -> !ended.isAlive(), Duration.ofSeconds(20)))
                    .isTrue();
            watch.check();
        }
    }

    @Test
    void until_givesUp_atTheLimit() throws Exception {
        assertThat(new Watch().until(() -> false, Duration.ofMillis(120))).isFalse();
    }

    @Test
    void until_saysWhy_whenTheConditionCannotBeTested() {
        assertThatThrownBy(() -> new Watch()
                        .until(
                                () -> {
                                    throw new IOException("status file is damaged");
                                },
                                Duration.ofSeconds(5)))
                .isInstanceOf(DemoException.class)
                .hasMessageContaining("status file is damaged");
    }
}
