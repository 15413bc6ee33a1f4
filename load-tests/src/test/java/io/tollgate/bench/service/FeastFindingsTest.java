package io.tollgate.bench.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.local.process.ChildProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class FeastFindingsTest {
    /** So many requests, each of so many milliseconds, in a second, for a second of CPU. */
    private static Measurement measurement(int requests, long millis, Map<String, Long> degraded) {
        Histogram latencies = new Histogram(3);
        latencies.recordValueWithCount(TimeUnit.MILLISECONDS.toNanos(millis), requests);
        long second = TimeUnit.SECONDS.toNanos(1);
        return new Measurement(
                new LoadResult(latencies, 0, degraded, 3, second), new ProcessCpu(Map.of("process 1", second)));
    }

    @Test
    void markdown_comparesWithWhatWasMeasured() throws IOException {
        try (ChildProcess process = ChildProcess.named("nobody").command("true").start()) {
            Server python = new Server("python", process, new InetSocketAddress(0), Duration.ZERO);
            Server service = new Server("service", process, new InetSocketAddress(0), Duration.ZERO);
            FeastFindings findings = new FeastFindings();
            for (int requests : List.of(100, 200, 900)) {
                findings.add(python, 8, measurement(requests, 40, Map.of("untold", (long) requests)));
                findings.add(service, 8, measurement(10 * requests, 8, Map.of("MODEL_LOCAL", 2L)));
            }
            assertThat(findings.markdown(List.of(8), "A remark."))
                    .contains(
                            "| 8 connections | Feast, Python | Tollgate, whole authorizations | times better than Python |")
                    .contains("| requests a second | 200 | 2,000 | 10.0 (target ≥ 10) |")
                    .contains("| p50 | 40", " ms | 5.0 |")
                    .contains("| server CPU per request | 5,000 µs | 500 µs | 10.0 |")
                    .contains("A remark.\n")
                    .contains("Feast, Python: 1,200 requests, 0 failed.")
                    .contains("Feast, Go: not measured.")
                    .contains("Tollgate: 12,000 requests, 0 failed, 9 approved, 6 decided by a fallback.");
        }
    }
}
