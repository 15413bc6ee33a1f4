package io.tollgate.pipeline.batch;

import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.parity.ReadEvents;
import io.tollgate.pipeline.publish.RedisTarget;
import java.time.Clock;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.LongAccumulator;

/**
 * Fills a Redis that has lost its keys from {@code txn_events}: what a publisher would have written by now, had it read
 * every event in the table. Keys that a running publisher has written since are newer and stay, so that it may run all the
 * while.
 */
public final class Rebuild {
    private final SparkSession spark;
    private final Input input;
    private final Clock clock;
    private final LongAccumulator folded;
    private final LongAccumulator published;

    /**
     * @param partitions of the shuffle; some hundred thousand events each keep a task's sort in memory
     */
    public record Input(EngineSource engine, String deltaRoot, RedisTarget publishTo, int partitions) {}

    /**
     * @param folded events that entities' states took up
     * @param published entities, those whose keys would have expired by now included
     */
    public record Counts(long folded, long published) {}

    public Rebuild(SparkSession spark, Input input, Clock clock) {
        this.spark = spark;
        this.input = input;
        this.clock = clock;
        this.folded = spark.sparkContext().longAccumulator("events folded");
        this.published = spark.sparkContext().longAccumulator("entities published");
    }

    /** How far it has come; may be called by another thread. */
    public Counts counts() {
        return new Counts(folded.value(), published.value());
    }

    /** Publishes all entities; fails when Redis stays away for longer than the target's patience, and may be repeated. */
    public void run() {
        HistoryTable.TXN_EVENTS
                .read(spark, input.deltaRoot())
                .select(
                        functions.col("event_id"),
                        functions.col("kafka_partition"),
                        functions.col("kafka_offset"),
                        functions.col("value"),
                        functions.expr("unix_millis(kafka_timestamp)"),
                        functions.lit(false))
                .mapPartitions(new ReadEvents(input.engine()), Encoders.row(ReadEvents.SCHEMA))
                .mapPartitions(new EventsByEntity(input.engine()), Encoders.row(EventsByEntity.SCHEMA))
                .repartition(input.partitions(), functions.col("entity"))
                .sortWithinPartitions("entity", "arrived_ms", "partition", "offset")
                .foreachPartition(
                        new PublishEntities(input.engine(), input.publishTo(), clock.millis(), folded, published));
    }
}
