package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every metric of a running service is in docs/metrics.md, and no other. */
class MetricsIT {
    private static final Path PAGE = Path.of("../docs/metrics.md");
    private static final Path RENEWED = Path.of("target/metrics.md");

    @TempDir
    private Path scratch;

    @Test
    void page_isThatOfARunningService() throws Exception {
        try (BackendsProcess backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
                Replica replica = Replica.start(backends.settings(), scratch)) {
            String page = MetricsPage.of(replica.get("/actuator/prometheus").body());
            Files.writeString(RENEWED, page);

            assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                    .as("docs/metrics.md is out of date; take scoring-api/target/metrics.md in its place")
                    .isEqualTo(page);
        }
    }
}
