package io.tollgate.pipeline.history;

import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapGroupsFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The query that computes each payment's vector at its own instant from {@code txn_events}. It reads the table, not the
 * hub: there every event stands once, and a rebuild works after the hub has forgotten. Appending events therefore never
 * waits for the watermark.
 */
public final class VectorQuery {
    /** The query's name, in the status file and in {@code pipeline_runs}. */
    public static final String NAME = "vectors";

    private final SparkSession spark;
    private final Settings settings;
    private final LongConsumer rowsWritten;
    private final long epoch;

    /**
     * @param lateness how long to wait for events that happened earlier, by event time
     * @param trigger how often the table is asked for news
     */
    public record Settings(
            EngineSource engine, String deltaRoot, String checkpoint, Duration trigger, Duration lateness) {}

    public VectorQuery(SparkSession spark, Settings settings, LongConsumer rowsWritten, Clock clock) {
        this.spark = spark;
        this.settings = settings;
        this.rowsWritten = rowsWritten;
        this.epoch = CheckpointEpoch.readOrCreate(
                settings.checkpoint(), spark.sparkContext().hadoopConfiguration(), clock);
    }

    /** Starts it from its checkpoint; the tables must be there. */
    public StreamingQuery start() throws TimeoutException {
        EngineSource engine = settings.engine();
        return spark.readStream()
                .format("delta")
                // Erasures rewrite files; what was computed from the rows that stay is still right.
                .option("skipChangeCommits", "true")
                .load(HistoryTable.TXN_EVENTS.path(settings.deltaRoot()))
                .selectExpr("value", "unix_millis(kafka_timestamp) AS arrivedMs")
                .mapPartitions(new EntityFanOut(engine), Encoders.row(EntityFanOut.SCHEMA))
                .withWatermark("watermark_time", settings.lateness().toMillis() + " milliseconds")
                .groupByKey((MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING())
                .transformWithState(
                        new VectorProcessor(engine),
                        TimeMode.EventTime(),
                        OutputMode.Append(),
                        Encoders.row(VectorProcessor.PART))
                .writeStream()
                .queryName(NAME)
                .outputMode(OutputMode.Append())
                .trigger(Trigger.ProcessingTime(settings.trigger().toMillis()))
                .option("checkpointLocation", settings.checkpoint())
                .foreachBatch((VoidFunction2<Dataset<Row>, Long>) this::write)
                .start();
    }

    private void write(Dataset<Row> parts, Long batchId) {
        long sequence = CheckpointEpoch.sequence(epoch, batchId);
        Dataset<Row> vectors = parts.groupByKey((MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING())
                .mapGroups(
                        (MapGroupsFunction<String, Row, Row>) new AssembleVector(settings.engine(), sequence),
                        Encoders.row(HistoryTable.FRAUD_FEATURE_HISTORY.schema()))
                .persist();
        try {
            long rows = vectors.count();
            if (rows > 0) {
                HistoryTable.FRAUD_FEATURE_HISTORY.append(vectors, settings.deltaRoot(), NAME, epoch, batchId);
            }
            rowsWritten.accept(rows);
        } finally {
            vectors.unpersist();
        }
    }
}
