package io.tollgate.pipeline.history;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Writes {@code pipeline_runs}: what each run read and what became of it. A run that does not add up is failed. */
final class RunLog {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final SparkSession spark;
    private final String deltaRoot;
    private final Clock clock;

    RunLog(SparkSession spark, String deltaRoot, Clock clock) {
        this.spark = spark;
        this.deltaRoot = deltaRoot;
        this.clock = clock;
    }

    /**
     * @throws IllegalStateException when rows are unaccounted for; the run stands in the table as failed
     */
    void append(String job, long epoch, HistoryBatch batch) {
        String status = batch.balanced() ? "ok" : "failed";
        Row row = RowFactory.create(
                job,
                batch.sequence(),
                batch.batchId(),
                new Timestamp(clock.millis()),
                batch.tookMs(),
                status,
                batch.read(),
                batch.written(),
                batch.quarantined(),
                batch.duplicates(),
                timestamp(batch.newestEventMs()),
                json(batch.partitions()),
                details(batch));
        HistoryTable.PIPELINE_RUNS.append(
                spark.createDataFrame(List.of(row), HistoryTable.PIPELINE_RUNS.schema()),
                deltaRoot,
                job + "-" + status,
                epoch,
                batch.batchId());
        if (!batch.balanced()) {
            throw new IllegalStateException("run " + job + " " + batch.batchId() + " does not add up: " + batch.read()
                    + " read, but " + batch.written() + " written, " + batch.quarantined() + " quarantined and "
                    + batch.duplicates() + " duplicates; see pipeline_runs");
        }
    }

    private static @Nullable Timestamp timestamp(long ms) {
        return ms == Long.MIN_VALUE ? null : new Timestamp(ms);
    }

    /** Which expectations were not met, and how often; null when all were. */
    private static @Nullable String details(HistoryBatch batch) {
        if (batch.broken().isEmpty()) {
            return null;
        }
        ObjectNode details = MAPPER.createObjectNode();
        ObjectNode expectations = details.putObject("expectations");
        batch.broken().forEach(expectations::put);
        return details.toString();
    }

    private static String json(List<HistoryBatch.OffsetRange> ranges) {
        ArrayNode array = MAPPER.createArrayNode();
        for (HistoryBatch.OffsetRange range : ranges) {
            array.addObject()
                    .put("partition", range.partition())
                    .put("first", range.firstOffset())
                    .put("last", range.lastOffset())
                    .put("read", range.read());
        }
        return array.toString();
    }
}
