package io.tollgate.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollgate.features.domain.Decision;
import io.tollgate.local.traffic.TrafficStats;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoReportTest {
    @TempDir
    Path directory;

    @Test
    void balanced_whenEveryAnswerIsOneEventAndOneRow() {
        assertThat(report(100, 100, 100, 100, 0).clean()).isTrue();
    }

    @Test
    void balanced_isFalse_whenAnythingIsMissingOrTwice() {
        assertThat(report(100, 99, 100, 100, 0).balanced()).as("hub").isFalse();
        assertThat(report(100, 100, 99, 100, 0).balanced()).as("history").isFalse();
        assertThat(report(100, 100, 100, 99, 0).balanced()).as("table").isFalse();
        assertThat(report(99, 99, 99, 99, 0).balanced()).as("service").isFalse();
    }

    @Test
    void clean_isFalse_whenPaymentsFailed() {
        DemoReport report = report(100, 100, 100, 100, 1);

        assertThat(report.balanced()).isTrue();
        assertThat(report.clean()).isFalse();
    }

    @Test
    void balanced_countsDecisionsThatOthersAskedFor() {
        DemoReport report = report(103, 103, 103, 103, 0);

        assertThat(report.balanced()).isTrue();
        assertThat(report.toJson().at("/authorizations/answered").asLong()).isEqualTo(103);
        assertThat(report.toJson().at("/authorizations/external").asLong()).isEqualTo(3);
    }

    @Test
    void write_hasThePublishedShape() throws Exception {
        Path file = directory.resolve("reports").resolve("r.json");
        report(100, 100, 100, 100, 0).write(file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.at("/authorizations/sent").asLong()).isEqualTo(100);
        assertThat(json.at("/authorizations/errors").asLong()).isZero();
        assertThat(json.at("/decisions/APPROVE").asLong()).isEqualTo(90);
        assertThat(json.at("/decisions/STEP_UP").asLong()).isZero();
        assertThat(json.at("/latencyMs/p999").isNumber()).isTrue();
        for (String cause :
                new String[] {"NEW_ENTITY", "EXPIRED", "TIMEOUT", "UNAVAILABLE", "VERSION_SKEW", "CORRUPT"}) {
            assertThat(json.at("/groups/miss/" + cause).isIntegralNumber())
                    .as(cause)
                    .isTrue();
        }
        assertThat(json.at("/groups/hit").asLong()).isEqualTo(300);
        assertThat(json.at("/events/emitted").asLong()).isEqualTo(100);
        assertThat(json.at("/events/inHub").asLong()).isEqualTo(100);
        assertThat(json.at("/events/inDelta").asLong()).isEqualTo(100);
        assertThat(json.at("/events/duplicates").isIntegralNumber()).isTrue();
        assertThat(json.at("/events/quarantined").isIntegralNumber()).isTrue();
        assertThat(json.at("/freshnessMs/p50").asLong()).isEqualTo(150);
        assertThat(json.at("/balanced").asBoolean()).isTrue();
        assertThat(json.at("/degraded").isObject()).isTrue();
    }

    @Test
    void summary_saysWhetherItAddsUp() {
        assertThat(Summary.of(report(100, 100, 100, 100, 0)))
                .contains("100 in Delta")
                .endsWith(": balanced");
        assertThat(Summary.of(report(100, 100, 99, 100, 0))).endsWith("NOT balanced");
    }

    private static DemoReport report(long decided, long inHub, long inDelta, long rows, long failed) {
        TrafficStats.Snapshot traffic = new TrafficStats.Snapshot(
                100 + failed,
                100,
                failed == 0 ? Map.of() : Map.of("TIMEOUT", failed),
                Map.of(Decision.APPROVE, 90L, Decision.DECLINE, 10L),
                Map.of(),
                Map.of(
                        "GENUINE",
                        new TrafficStats.Kind(false, 90, 1),
                        "CARD_TESTING",
                        new TrafficStats.Kind(true, 10, 9)),
                new TrafficStats.Latency(1.1, 1.9, 4.2, 9, 12));
        return new DemoReport(
                traffic,
                new ApiMetrics(decided, 300, 0, Map.of("NEW_ENTITY", 7L), Map.of(), 0),
                new HubAudit.Count(inHub, 5, 0, 0),
                rows + 5,
                new PipelineStatus(
                        true,
                        inDelta,
                        inDelta,
                        inDelta,
                        0,
                        0,
                        0,
                        new PipelineStatus.Freshness(150, 300),
                        new PipelineStatus.Freshness(150, 300)),
                0);
    }
}
