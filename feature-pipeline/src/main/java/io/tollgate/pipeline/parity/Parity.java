package io.tollgate.pipeline.parity;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.tollgate.pipeline.batches.BatchRanges;
import io.tollgate.pipeline.batches.PublishedBatches;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.HistoryQuery;
import io.tollgate.pipeline.history.HistoryTable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;

/**
 * Recomputes, for each authorization in {@code txn_events}, the vector that the service must have seen, and compares.
 *
 * <p>An event names, per group, the publisher's batch that had written what was read, and the payments that came from
 * tails. {@code published_batches} says which messages that batch and those before it had read. So the events of an
 * entity are folded in the order of batches, the state is published where a payment asks for it, and the blobs of a
 * payment are read as the service reads them. Events are brought together by entity and sorted: one entity's state is in
 * memory at a time.
 */
public final class Parity {
    private static final Encoder<ParityResult> RESULT = Encoders.javaSerialization(ParityResult.class);

    private final SparkSession spark;
    private final Input input;
    private final LongAccumulator folded;
    private final LongAccumulator compared;

    /**
     * @param checkpoint of the publisher; need not be there any more
     * @param since payments decided before this are not asked about
     * @param until payments decided from then on are not asked about
     * @param partitions of the shuffles; some hundred thousand events each keep a task's sort in memory
     */
    public record Input(
            EngineSource engine, String deltaRoot, String checkpoint, Instant since, Instant until, int partitions) {}

    /**
     * @param folded events that states took up; each counts once per entity and epoch
     * @param compared vectors
     */
    public record Counts(long folded, long compared) {}

    public Parity(SparkSession spark, Input input) {
        this.spark = spark;
        this.input = input;
        this.folded = spark.sparkContext().longAccumulator("events folded");
        this.compared = spark.sparkContext().longAccumulator("vectors compared");
    }

    /** How far it has come; may be called by another thread. */
    public Counts counts() {
        return new Counts(folded.value(), compared.value());
    }

    /** Compares everything. */
    public ParityResult run() {
        // First: what the history had read when the events are looked at is at least this much.
        Map<Integer, Long> historyEnds = historyEnds();
        BatchRanges ranges = new PublishedBatches(spark, input.deltaRoot(), input.checkpoint()).load();
        Horizon horizon = new Horizon(ranges, historyEnds);
        Dataset<Row> events = events().persist(StorageLevel.DISK_ONLY());
        try {
            Dataset<Row> rows = blobs(events, horizon).unionByName(questions(events));
            List<ParityResult> results = rows.repartition(input.partitions(), col("transaction_id"))
                    .sortWithinPartitions("transaction_id", "kind")
                    .mapPartitions(new CompareVectors(input.engine(), horizon, compared), RESULT)
                    .collectAsList();
            ParityResult total = new ParityResult(input.engine().engine().vectorLength());
            results.forEach(total::add);
            return total;
        } finally {
            events.unpersist();
        }
    }

    /** By partition of the topic, the first offset that the history has not read. */
    private Map<Integer, Long> historyEnds() {
        Map<Integer, Long> ends = new HashMap<>();
        HistoryTable.PIPELINE_RUNS
                .read(spark, input.deltaRoot())
                .where(col("job")
                        .equalTo(lit(HistoryQuery.NAME))
                        .and(col("status").equalTo(lit("ok"))))
                .select(explode(from_json(
                                col("partitions"),
                                DataTypes.createArrayType(new StructType()
                                        .add("partition", DataTypes.IntegerType)
                                        .add("last", DataTypes.LongType))))
                        .as("range"))
                .groupBy("range.partition")
                .agg(max("range.last"))
                .collectAsList()
                .forEach(row -> ends.put(row.getInt(0), row.getLong(1) + 1));
        return ends;
    }

    private Dataset<Row> events() {
        return HistoryTable.TXN_EVENTS
                .read(spark, input.deltaRoot())
                .select(
                        col("event_id"),
                        col("kafka_partition"),
                        col("kafka_offset"),
                        col("value"),
                        expr("unix_millis(kafka_timestamp)"),
                        expr("event_type = 'authorization' AND decided_at >= timestamp_millis("
                                + input.since().toEpochMilli() + ") AND decided_at < timestamp_millis("
                                + input.until().toEpochMilli() + ")"))
                .mapPartitions(new ReadEvents(input.engine()), Encoders.row(ReadEvents.SCHEMA));
    }

    private Dataset<Row> blobs(Dataset<Row> events, Horizon horizon) {
        return events.mapPartitions(new EntityRows(input.engine(), horizon, 0), Encoders.row(EntityRows.SCHEMA))
                .repartition(input.partitions(), col("scope"))
                .sortWithinPartitions(EntityRows.SCOPE, EntityRows.ORDER)
                .mapPartitions(new Republish(input.engine(), folded), Encoders.row(CompareVectors.SCHEMA));
    }

    /** The payments asked about, each with the events of its tail. */
    private static Dataset<Row> questions(Dataset<Row> events) {
        Dataset<Row> asked = events.where("value IS NOT NULL");
        Dataset<Row> tails = asked.select(
                        col("event_id").as("asked_id"),
                        explode(from_json(
                                        get_json_object(col("value"), "$.tail"),
                                        DataTypes.createArrayType(DataTypes.StringType)))
                                .as("tail_id"))
                .join(events.select(col("event_id").as("tail_id"), col("event").as("tail_event")), "tail_id")
                .groupBy("asked_id")
                .agg(collect_list("tail_event").as("tail"));
        return asked.join(tails, asked.col("event_id").equalTo(tails.col("asked_id")), "left")
                .select(
                        col("event_id").as("transaction_id"),
                        lit(CompareVectors.PAYMENT).as("kind"),
                        lit(0).as("group"),
                        col("event").as("bytes"),
                        col("value"),
                        col("tail"));
    }
}
