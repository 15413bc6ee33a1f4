package io.tollgate.pipeline.stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.pipeline.history.HistoryBatch;
import io.tollgate.pipeline.history.HistoryQuery;
import io.tollgate.pipeline.history.HistoryTotals;
import io.tollgate.pipeline.history.VectorQuery;
import io.tollgate.pipeline.publish.PublishedBatch;
import io.tollgate.pipeline.publish.PublisherQuery;
import io.tollgate.pipeline.status.LatencyHistogram;
import io.tollgate.pipeline.status.StatusFile;
import java.util.TreeMap;

/**
 * What the status file says. The history's totals are those of the tables, over restarts; the publisher's are this
 * process's. Thread-safe.
 */
public final class PipelineStatus {
    /** Recent freshness is that of the last batches that together hold this many payments. */
    private static final int RECENT = 500;

    private final StatusFile file;
    private final LatencyHistogram freshness = new LatencyHistogram();
    private LatencyHistogram recent = new LatencyHistogram();
    private long batches;
    private long read;
    private long rejected;
    private long keysWritten;
    private HistoryTotals totals = HistoryTotals.NONE;
    private final TreeMap<String, Long> broken = new TreeMap<>();
    private long vectors;

    public PipelineStatus(StatusFile file) {
        this.file = file;
    }

    /** All queries run. */
    public void running(String queries) {
        file.update(
                "process",
                node -> node.put("state", "running")
                        .put("queries", queries)
                        .put("pid", ProcessHandle.current().pid()));
    }

    /** Ended in order. */
    public void stopped() {
        file.update("process", node -> node.put("state", "stopped"));
    }

    public synchronized void published(PublishedBatch batch) {
        batches++;
        read += batch.read();
        rejected += batch.rejected();
        keysWritten += batch.keysWritten();
        if (recent.total() >= RECENT) {
            recent = new LatencyHistogram();
        }
        for (long delayMs : batch.delaysMs()) {
            freshness.record(delayMs);
            recent.record(delayMs);
        }
        file.update(PublisherQuery.NAME, node -> {
            node.put("batches", batches)
                    .put("batchId", batch.batchId())
                    .put("sequence", batch.sequence())
                    .put("eventsSeen", read)
                    .put("rejected", rejected)
                    .put("keysWritten", keysWritten)
                    .put("lastBatchEvents", batch.read())
                    .put("lastBatchMs", batch.took().toMillis());
            node.withObject("/freshnessMs")
                    .put("count", freshness.total())
                    .put("p50", freshness.percentile(0.5))
                    .put("p99", freshness.percentile(0.99));
            node.withObject("/recentFreshnessMs")
                    .put("count", recent.total())
                    .put("p50", recent.percentile(0.5))
                    .put("p99", recent.percentile(0.99));
        });
    }

    /** What the tables held when the process started. */
    public synchronized void restored(HistoryTotals held) {
        totals = held;
        writeHistory(0, -1);
    }

    public synchronized void appended(HistoryBatch batch) {
        totals = totals.plus(batch);
        batch.broken().forEach((expectation, count) -> broken.merge(expectation, count, Long::sum));
        writeHistory(batch.tookMs(), batch.batchId());
    }

    private void writeHistory(long tookMs, long batchId) {
        file.update(
                HistoryQuery.NAME,
                node -> node.put("batchId", batchId)
                        .put("eventsSeen", totals.read())
                        .put("rowsInDelta", totals.written())
                        .put("authorizationsInDelta", totals.authorizations())
                        .put("duplicates", totals.duplicates())
                        .put("quarantined", totals.quarantined())
                        .put("lastBatchMs", tookMs)
                        .set("unexpected", unexpected()));
    }

    /** By expectation, how many messages did not meet it since the process started. */
    private ObjectNode unexpected() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        broken.forEach(node::put);
        return node;
    }

    public synchronized void computed(long rows) {
        vectors += rows;
        file.update(VectorQuery.NAME, node -> node.put("rows", vectors).put("lastBatchRows", rows));
    }
}
