package io.tollgate.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineStatusTest {
    @TempDir
    Path directory;

    @Test
    void read_findsEveryCount() throws Exception {
        Path file = Files.writeString(directory.resolve("status.json"), """
                {"process":{"state":"running","pid":1},
                 "publisher":{"eventsSeen":11,"freshnessMs":{"count":9,"p50":150,"p99":300},
                              "recentFreshnessMs":{"count":9,"p50":140,"p99":290}},
                 "history":{"eventsSeen":13,"authorizationsInDelta":10,"duplicates":2,"quarantined":1,"rowsInDelta":12},
                 "vectors":{"rows":8}}
                """);

        PipelineStatus status = PipelineStatus.read(file);

        assertThat(status.running()).isTrue();
        assertThat(status.eventsPublished()).isEqualTo(11);
        assertThat(status.messagesRead()).isEqualTo(13);
        assertThat(status.authorizationsInDelta()).isEqualTo(10);
        assertThat(status.duplicates()).isEqualTo(2);
        assertThat(status.quarantined()).isEqualTo(1);
        assertThat(status.vectors()).isEqualTo(8);
        assertThat(status.freshness()).isEqualTo(new PipelineStatus.Freshness(150, 300));
        assertThat(status.recentFreshness().p50()).isEqualTo(140);
    }

    @Test
    void read_isAllZero_whenThePipelineHasNotStarted() throws Exception {
        PipelineStatus status = PipelineStatus.read(directory.resolve("none.json"));

        assertThat(status.running()).isFalse();
        assertThat(status.authorizationsInDelta()).isZero();
        assertThat(status.freshness().p50()).isEqualTo(-1);
    }
}
