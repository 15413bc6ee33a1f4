package io.tollgate.api.http;

import io.tollgate.api.decision.Json;
import io.tollgate.api.metrics.DecisionMetrics;
import io.tollgate.api.metrics.RequestMetrics;
import io.tollgate.api.metrics.Timeline;
import io.tollgate.api.outbox.Outbox;
import io.tollgate.api.sets.LoadedSets;
import io.tollgate.api.store.PipelineProgress;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The figures behind the console and the demo's report: totals since the start, and the last minutes by second. */
public final class StatsView {
    private final DecisionMetrics decisions;
    private final RequestMetrics requests;
    private final Timeline timeline;
    private final Outbox outbox;
    private final LoadedSets sets;

    public StatsView(
            DecisionMetrics decisions, RequestMetrics requests, Timeline timeline, Outbox outbox, LoadedSets sets) {
        this.decisions = decisions;
        this.requests = requests;
        this.timeline = timeline;
        this.outbox = outbox;
        this.sets = sets;
    }

    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(8_192);
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            totals(json, "decisions", decisions.decisionTotals());
            json.writeNumberProperty("replayed", requests.replays());
            json.writeNumberProperty("errors", requests.failures());
            latency(json, timeline.percentiles());
            json.writeObjectPropertyStart("groups");
            json.writeNumberProperty("hit", decisions.hits());
            json.writeNumberProperty("stale", decisions.stale());
            totals(json, "miss", decisions.missTotals());
            json.writeEndObject();
            totals(json, "degraded", decisions.degradedTotals());
            json.writeObjectPropertyStart("outbox");
            json.writeNumberProperty("depth", outbox.depth());
            json.writeNumberProperty("ageMs", outbox.oldestAgeMs());
            json.writeNumberProperty("bytes", outbox.unsentBytes());
            json.writeNumberProperty("sent", outbox.acknowledgedEvents());
            json.writeNumberProperty("refused", outbox.refusedEvents());
            json.writeEndObject();
            PipelineProgress progress = sets.serving().progress();
            json.writeObjectPropertyStart("pipeline");
            json.writeNumberProperty("stalenessMs", progress.stalenessMs());
            json.writeNumberProperty("newestEventMs", progress.newestEventMs());
            json.writeBooleanProperty("stalled", progress.stalled());
            json.writeEndObject();
            json.writeArrayPropertyStart("seconds");
            for (Timeline.Second second : timeline.seconds()) {
                second(json, second);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void totals(JsonGenerator json, String name, Map<String, Long> totals) {
        json.writeObjectPropertyStart(name);
        totals.forEach(json::writeNumberProperty);
        json.writeEndObject();
    }

    private static void latency(JsonGenerator json, Timeline.Percentiles latency) {
        json.writeObjectPropertyStart("latencyMs");
        json.writeNumberProperty("p50", latency.p50());
        json.writeNumberProperty("p90", latency.p90());
        json.writeNumberProperty("p99", latency.p99());
        json.writeNumberProperty("p999", latency.p999());
        json.writeNumberProperty("max", latency.max());
        json.writeEndObject();
    }

    private static void second(JsonGenerator json, Timeline.Second second) {
        json.writeStartObject();
        json.writeNumberProperty("at", second.atMs());
        json.writeNumberProperty("approve", second.approved());
        json.writeNumberProperty("stepUp", second.steppedUp());
        json.writeNumberProperty("decline", second.declined());
        json.writeNumberProperty("p50Ms", second.p50Ms());
        json.writeNumberProperty("p99Ms", second.p99Ms());
        json.writeNumberProperty("hit", second.hits());
        json.writeNumberProperty("miss", second.misses());
        json.writeNumberProperty("stalenessMs", second.stalenessMs());
        json.writeNumberProperty("outboxDepth", second.outboxDepth());
        json.writeEndObject();
    }
}
