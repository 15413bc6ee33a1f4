package io.tollgate.local.demo;

import io.tollgate.features.domain.Decision;
import io.tollgate.local.sim.Scenario;
import io.tollgate.local.traffic.TrafficStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report in a few lines for people. */
final class Summary {
    private Summary() {}

    static String of(DemoReport report) {
        TrafficStats.Snapshot traffic = report.traffic();
        TrafficStats.Latency latency = traffic.latency();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "payments   %,d sent, %,d answered, %,d errors: %,d approved, %,d stepped up, %,d declined",
                report.sent(),
                report.answered(),
                traffic.failed(),
                traffic.decisions().getOrDefault(Decision.APPROVE, 0L),
                traffic.decisions().getOrDefault(Decision.STEP_UP, 0L),
                traffic.decisions().getOrDefault(Decision.DECLINE, 0L)));
        lines.add(String.format(
                Locale.ROOT,
                "latency    p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, p99.9 %.1f ms",
                latency.p50(),
                latency.p90(),
                latency.p99(),
                latency.p999()));
        traffic.kinds()
                .forEach((label, kind) -> lines.add(String.format(
                        Locale.ROOT,
                        "%-10s %s: %,d of %,d stopped (%.1f%%)",
                        kind.fraud() ? "fraud" : "genuine",
                        title(label),
                        kind.stopped(),
                        kind.payments(),
                        100.0 * kind.stopped() / kind.payments())));
        lines.add(String.format(
                Locale.ROOT,
                "features   %s of the groups asked for were there and fresh; readable %d ms after the decision"
                        + " (median; p99 %d ms)",
                LiveLine.percent(report.service().hitRate()),
                report.pipeline().freshness().p50(),
                report.pipeline().freshness().p99()));
        lines.add(String.format(
                Locale.ROOT,
                "events     %,d emitted, %,d in the hub, %,d in Delta, %,d duplicates, %,d quarantined: %s",
                report.service().decided(),
                report.hub().authorizations(),
                report.pipeline().authorizationsInDelta(),
                report.hub().duplicates(),
                report.pipeline().quarantined(),
                report.balanced() ? "balanced" : "NOT balanced"));
        return String.join("\n", lines);
    }

    private static String title(String label) {
        for (Scenario scenario : Scenario.values()) {
            if (scenario.name().equals(label)) {
                return scenario.title();
            }
        }
        return "as the file labels it";
    }
}
