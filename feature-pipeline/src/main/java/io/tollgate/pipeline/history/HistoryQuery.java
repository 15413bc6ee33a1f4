package io.tollgate.pipeline.history;

import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.config.KafkaSource;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import io.tollgate.pipeline.spark.KafkaMessages;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The query that writes each event to Delta as it came. It keeps no state in Spark: what is a duplicate is asked of the
 * table itself, so that the answer is right however late the second delivery comes.
 */
public final class HistoryQuery {
    /** The query's name, in the status file and in {@code pipeline_runs}. */
    public static final String NAME = "history";

    private final SparkSession spark;
    private final Settings settings;
    private final long epoch;
    private final HistoryBatchWriter writer;

    /**
     * @param deltaRoot directory of the tables
     * @param checkpoint directory of this query alone
     * @param trigger how long events gather before an append; each append makes a file
     * @param rules what events must hold to
     */
    public record Settings(
            KafkaSource kafka,
            EngineSource engine,
            String deltaRoot,
            String checkpoint,
            Duration trigger,
            EventRules rules) {}

    /**
     * @param listener told of each batch once it is in the tables, by the query's thread
     */
    public HistoryQuery(SparkSession spark, Settings settings, Consumer<HistoryBatch> listener, Clock clock) {
        this.spark = spark;
        this.settings = settings;
        this.epoch = CheckpointEpoch.readOrCreate(
                settings.checkpoint(), spark.sparkContext().hadoopConfiguration(), clock);
        this.writer = new HistoryBatchWriter(spark, settings, epoch, listener, clock);
    }

    /** Starts it from its checkpoint; the tables must be there. */
    public StreamingQuery start() throws TimeoutException {
        return KafkaMessages.stream(spark, settings.kafka())
                .writeStream()
                .queryName(NAME)
                .trigger(Trigger.ProcessingTime(settings.trigger().toMillis()))
                .option("checkpointLocation", settings.checkpoint())
                .foreachBatch((VoidFunction2<Dataset<Row>, Long>) writer::write)
                .start();
    }
}
