package io.tollgate.local.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.features.domain.Decision;
import io.tollgate.local.traffic.TrafficStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What happened, added up.
 *
 * @param traffic what the traffic client saw
 * @param service what the service counted
 * @param hub what lies in the hub
 * @param deltaRows rows of the table of events, from its transaction log
 * @param pipeline what the pipeline counted
 * @param rejectedRows rows of the replayed file that were no payments
 */
record DemoReport(
        TrafficStats.Snapshot traffic,
        ApiMetrics service,
        HubAudit.Count hub,
        long deltaRows,
        PipelineStatus pipeline,
        long rejectedRows) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final List<String> MISS_CAUSES =
            List.of("NEW_ENTITY", "EXPIRED", "TIMEOUT", "UNAVAILABLE", "VERSION_SKEW", "CORRUPT");

    /** Decisions asked for by somebody else, such as a person at the console. */
    long external() {
        return Math.max(0, service.decided() - traffic.answered());
    }

    long sent() {
        return traffic.due() + external();
    }

    long answered() {
        return traffic.answered() + external();
    }

    /** Each payment answered is one event in the hub and one row in the history, once. */
    boolean balanced() {
        return service.decided() == answered()
                && hub.authorizations() == answered()
                && pipeline.authorizationsInDelta() == answered()
                && deltaRows == hub.authorizations() + hub.others()
                && hub.unreadable() == 0
                && sent() == answered() + traffic.failed();
    }

    boolean clean() {
        return balanced() && traffic.failed() == 0;
    }

    void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.writeString(file, JSON.writeValueAsString(toJson()) + "\n");
    }

    ObjectNode toJson() {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode authorizations = root.putObject("authorizations");
        authorizations.put("sent", sent()).put("answered", answered()).put("errors", traffic.failed());
        if (external() > 0) {
            authorizations.put("external", external());
        }
        put(authorizations.putObject("errorsByCause"), traffic.errors());
        ObjectNode decisions = root.putObject("decisions");
        for (Decision decision : Decision.values()) {
            decisions.put(decision.name(), traffic.decisions().getOrDefault(decision, 0L));
        }
        TrafficStats.Latency latency = traffic.latency();
        root.putObject("latencyMs")
                .put("p50", latency.p50())
                .put("p90", latency.p90())
                .put("p99", latency.p99())
                .put("p999", latency.p999())
                .put("max", latency.max());
        ObjectNode groups = root.putObject("groups");
        groups.put("hit", service.hits()).put("stale", service.stale());
        Map<String, Long> misses = new TreeMap<>(service.misses());
        ObjectNode miss = groups.putObject("miss");
        MISS_CAUSES.forEach(cause -> miss.put(cause, orZero(misses.remove(cause))));
        put(miss, misses);
        ObjectNode degraded = root.putObject("degraded");
        service.degraded().forEach((code, count) -> {
            if (count > 0) {
                degraded.put(code, count);
            }
        });
        events(root.putObject("events"));
        root.putObject("freshnessMs")
                .put("p50", pipeline.freshness().p50())
                .put("p99", pipeline.freshness().p99());
        kinds(root.putObject("payments"));
        root.put("balanced", balanced());
        return root;
    }

    private void events(ObjectNode events) {
        events.put("emitted", service.decided())
                .put("inHub", hub.authorizations())
                .put("inDelta", pipeline.authorizationsInDelta())
                .put("duplicates", hub.duplicates())
                .put("quarantined", pipeline.quarantined())
                .put("otherEventsInHub", hub.others())
                .put("rowsInDeltaLog", deltaRows)
                .put("published", pipeline.eventsPublished())
                .put("rejectedRows", rejectedRows);
    }

    /** By kind of payment, how many there were and how many were stopped: fraud that got through, genuine that did not. */
    private void kinds(ObjectNode payments) {
        traffic.kinds()
                .forEach((label, kind) -> payments.putObject(label)
                        .put("fraud", kind.fraud())
                        .put("payments", kind.payments())
                        .put("stopped", kind.stopped()));
    }

    private static void put(ObjectNode node, Map<String, Long> counts) {
        counts.forEach((name, count) -> node.put(name, count));
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
