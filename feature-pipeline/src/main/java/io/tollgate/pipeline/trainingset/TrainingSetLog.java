package io.tollgate.pipeline.trainingset;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** One run's row in {@code pipeline_runs}, whatever became of it. */
final class TrainingSetLog {
    private static final String JOB = "training-set";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final SparkSession spark;
    private final TrainingSetJob.Input input;
    private final long eventsVersion;
    private final long outcomesVersion;
    private final Clock clock;
    private final long startedAtMs;

    /** The run begins now. */
    TrainingSetLog(
            SparkSession spark, TrainingSetJob.Input input, long eventsVersion, long outcomesVersion, Clock clock) {
        this.spark = spark;
        this.input = input;
        this.eventsVersion = eventsVersion;
        this.outcomesVersion = outcomesVersion;
        this.clock = clock;
        this.startedAtMs = clock.millis();
    }

    /** What makes the run repeatable, and what it counted; as JSON. */
    String details(TrainingSetCounts counts) {
        return node(counts).toString();
    }

    /**
     * @param version of the table written
     */
    void succeeded(TrainingSetCounts counts, long version) {
        append("ok", version, counts.written(), counts, details(counts));
    }

    /** A log that cannot be written either does not hide why the run failed. */
    @SuppressWarnings("CatchingUnchecked") // Spark throws what it likes
    void failed(TrainingSetCounts counts, Exception cause) {
        try {
            append(
                    "failed",
                    0,
                    0,
                    counts,
                    node(counts).put("error", cause.toString()).toString());
        } catch (Exception e) {
            cause.addSuppressed(e);
        }
    }

    private ObjectNode node(TrainingSetCounts counts) {
        FeatureSet set = input.engine().engine().featureSet();
        ObjectNode node = MAPPER.createObjectNode()
                .put("asOf", input.asOf().toString())
                .put("maturity", input.maturity().toString())
                .put("features", input.features().name())
                .put("lag", input.lag().toString())
                .put("featureSet", set.id())
                .put("featureSetHash", set.hashText())
                .put("txnEventsVersion", eventsVersion)
                .put("outcomesVersion", outcomesVersion);
        node.putObject("counts")
                .put("payments", counts.payments())
                .put("frauds", counts.frauds())
                .put("genuine", counts.genuine())
                .put("matured", counts.matured())
                .put("unlabelled", counts.unlabelled())
                .put("otherFeatureSet", counts.otherFeatureSet());
        return node;
    }

    private void append(String status, long version, long written, TrainingSetCounts counts, String details) {
        HistoryTable.PIPELINE_RUNS.createIfMissing(spark, input.deltaRoot());
        long epoch = startedAtMs / 1_000;
        Row row = RowFactory.create(
                JOB,
                CheckpointEpoch.sequence(epoch, version),
                version,
                new Timestamp(clock.millis()),
                clock.millis() - startedAtMs,
                status,
                counts.payments(),
                written,
                0L,
                0L,
                null,
                null,
                details);
        // Runs follow no checkpoint: the time of the start names this one.
        HistoryTable.PIPELINE_RUNS.append(
                spark.createDataFrame(List.of(row), HistoryTable.PIPELINE_RUNS.schema()),
                input.deltaRoot(),
                JOB,
                epoch,
                version);
    }
}
