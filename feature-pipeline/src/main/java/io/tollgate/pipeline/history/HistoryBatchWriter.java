package io.tollgate.pipeline.history;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.tollgate.features.quality.Expectation;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.history.HistoryBatch.OffsetRange;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import java.sql.Date;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.storage.StorageLevel;

/**
 * Writes one batch of the history: valid events once, the rest to quarantine, and the account of both.
 *
 * <p>A second delivery of an event carries the same event time, so it can only be a duplicate of a row in the same date
 * partition, and in a file whose range of event times holds it. Delta's partition values and column statistics
 * therefore leave only a few files to look into: the newest ones for live traffic.
 */
final class HistoryBatchWriter {
    /** Behind the partition, its offsets, counts and times: the first column of {@link #summary} for an expectation. */
    private static final int EXPECTATIONS_FROM = 7;

    private final SparkSession spark;
    private final String deltaRoot;
    private final HistoryQuery.Settings settings;
    private final long epoch;
    private final Consumer<HistoryBatch> listener;
    private final RunLog runs;
    private final Clock clock;
    private final List<Expectation> expectations;

    HistoryBatchWriter(
            SparkSession spark,
            HistoryQuery.Settings settings,
            long epoch,
            Consumer<HistoryBatch> listener,
            Clock clock) {
        this.spark = spark;
        this.deltaRoot = settings.deltaRoot();
        this.settings = settings;
        this.epoch = epoch;
        this.listener = listener;
        this.runs = new RunLog(spark, settings.deltaRoot(), clock);
        this.expectations = settings.rules().compiled().all();
        this.clock = clock;
    }

    void write(Dataset<Row> messages, Long batchId) {
        long startedAtMs = clock.millis();
        Dataset<Row> parsed = messages.map(
                        new ParseMessages(settings.engine(), settings.rules()), Encoders.row(ParseMessages.SCHEMA))
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            List<Row> partitions = summary(parsed);
            if (!partitions.isEmpty()) {
                listener.accept(write(parsed, partitions, batchId, startedAtMs));
            }
        } finally {
            parsed.unpersist();
        }
    }

    /**
     * Per partition: offsets, messages, rejected ones, the range of event times, and for each expectation the messages
     * that do not meet it.
     */
    private List<Row> summary(Dataset<Row> parsed) {
        List<Column> columns = new ArrayList<>(List.of(
                max("kafka_offset"),
                count(lit(1)),
                sum(when(col("defect").isNotNull(), 1).otherwise(0)),
                min("event_ms"),
                max("event_ms")));
        for (Expectation expectation : expectations) {
            Column broken = col("rule")
                    .eqNullSafe(lit(EventParser.EXPECTATION + expectation.name()))
                    .or(coalesce(array_contains(col("warnings"), expectation.name()), lit(false)));
            columns.add(sum(when(broken, 1).otherwise(0)));
        }
        return parsed.groupBy("kafka_partition")
                .agg(min("kafka_offset"), columns.toArray(Column[]::new))
                .collectAsList();
    }

    /** How many messages of the batch do not meet each expectation; those that all meet are left out. */
    private Map<String, Long> broken(List<Row> partitions) {
        Map<String, Long> broken = new LinkedHashMap<>();
        for (int i = 0; i < expectations.size(); i++) {
            int column = EXPECTATIONS_FROM + i;
            long count =
                    partitions.stream().mapToLong(row -> row.getLong(column)).sum();
            if (count > 0) {
                broken.put(expectations.get(i).name(), count);
            }
        }
        return broken;
    }

    private HistoryBatch write(Dataset<Row> parsed, List<Row> partitions, long batchId, long startedAtMs) {
        long sequence = CheckpointEpoch.sequence(epoch, batchId);
        long rejected = partitions.stream().mapToLong(row -> row.getLong(4)).sum();
        long accepted = partitions.stream().mapToLong(row -> row.getLong(3)).sum() - rejected;
        if (rejected > 0) {
            appendQuarantine(parsed, sequence, batchId);
        }
        long newestMs = Long.MIN_VALUE;
        long duplicates = 0;
        if (accepted > 0) {
            long oldestMs = partitions.stream()
                    .filter(row -> !row.isNullAt(5))
                    .mapToLong(row -> row.getLong(5))
                    .min()
                    .orElseThrow();
            newestMs = partitions.stream()
                    .filter(row -> !row.isNullAt(6))
                    .mapToLong(row -> row.getLong(6))
                    .max()
                    .orElseThrow();
            duplicates = accepted - appendEvents(parsed, oldestMs, newestMs, sequence, batchId);
        }
        return account(partitions, sequence, batchId, duplicates, newestMs, startedAtMs);
    }

    private void appendQuarantine(Dataset<Row> parsed, long sequence, long batchId) {
        Dataset<Row> rows = parsed.where("defect IS NOT NULL")
                .withColumn("run_sequence", lit(sequence))
                .selectExpr(
                        "*",
                        "timestamp_millis(arrived_ms) AS kafka_timestamp",
                        "to_date(timestamp_millis(arrived_ms)) AS arrival_date");
        HistoryTable.TXN_EVENTS_QUARANTINE.append(rows, deltaRoot, HistoryQuery.NAME, epoch, batchId);
    }

    /** Answers how many events of this batch no earlier run has written. */
    private long appendEvents(Dataset<Row> parsed, long oldestMs, long newestMs, long sequence, long batchId) {
        Dataset<Row> firsts = parsed.where("defect IS NULL")
                .withColumn(
                        "delivery",
                        row_number().over(Window.partitionBy("event_id").orderBy("kafka_partition", "kafka_offset")))
                .where("delivery = 1");
        Dataset<Row> known = earlierDeliveries(firsts, oldestMs, newestMs);
        Dataset<Row> fresh = firsts.join(
                        broadcast(known), firsts.col("event_id").equalTo(known.col("known_id")), "left")
                .where("known_id IS NULL")
                .withColumn("run_sequence", lit(sequence))
                .selectExpr(
                        "*",
                        "timestamp_millis(event_ms) AS event_time",
                        "to_date(timestamp_millis(event_ms)) AS event_date",
                        "timestamp_millis(arrived_ms) AS kafka_timestamp",
                        "timestamp_millis(decided_ms) AS decided_at")
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            // One action fills the cache and says which tables there is something for.
            Row counts = fresh.agg(count(lit(1)), countOf("outcome"), countOf("reference"))
                    .head();
            HistoryTable.TXN_EVENTS.append(fresh, deltaRoot, HistoryQuery.NAME, epoch, batchId);
            TruthTables truth = new TruthTables(spark, settings, epoch);
            if (counts.getLong(1) > 0) {
                truth.appendOutcomes(fresh, sequence, batchId);
            }
            if (counts.getLong(2) > 0) {
                truth.mergeReferences(fresh, sequence);
            }
            return counts.getLong(0);
        } finally {
            fresh.unpersist();
        }
    }

    private static Column countOf(String eventType) {
        return count(when(col("event_type").equalTo(lit(eventType)), 1));
    }

    /** Ids of this batch that an earlier run has written; a repeated run does not take its own rows for earlier ones. */
    private Dataset<Row> earlierDeliveries(Dataset<Row> firsts, long oldestMs, long newestMs) {
        Dataset<Row> table = HistoryTable.TXN_EVENTS.read(spark, deltaRoot);
        LocalDate from = Instant.ofEpochMilli(oldestMs).atZone(ZoneOffset.UTC).toLocalDate();
        LocalDate to = Instant.ofEpochMilli(newestMs).atZone(ZoneOffset.UTC).toLocalDate();
        return table.where(col("event_date").between(lit(Date.valueOf(from)), lit(Date.valueOf(to))))
                .where("event_time BETWEEN timestamp_millis(" + oldestMs + ") AND timestamp_millis(" + newestMs + ")")
                .select(
                        col("event_id").as("known_id"),
                        col("kafka_partition").as("known_partition"),
                        col("kafka_offset").as("known_offset"))
                .join(
                        broadcast(firsts.select("event_id", "kafka_partition", "kafka_offset")),
                        org.apache.spark.sql.functions.expr("known_id = event_id AND NOT (known_partition ="
                                + " kafka_partition AND known_offset = kafka_offset)"),
                        "left_semi")
                .select("known_id");
    }

    private long quarantined(long sequence) {
        return HistoryTable.TXN_EVENTS_QUARANTINE
                .read(spark, deltaRoot)
                .where(col("run_sequence").equalTo(lit(sequence)))
                .count();
    }

    /** Counts what the tables now hold of this run, and fails the run when that is not what was read. */
    private HistoryBatch account(
            List<Row> partitions, long sequence, long batchId, long duplicates, long newestMs, long startedAtMs) {
        Row events = HistoryTable.TXN_EVENTS
                .read(spark, deltaRoot)
                .where(col("run_sequence").equalTo(lit(sequence)))
                .agg(count(lit(1)), countOf("authorization"))
                .head();
        boolean rejected = partitions.stream().anyMatch(row -> row.getLong(4) > 0);
        long quarantined = rejected ? quarantined(sequence) : 0;
        List<OffsetRange> ranges = partitions.stream()
                .map(row -> new OffsetRange(row.getInt(0), row.getLong(1), row.getLong(2), row.getLong(3)))
                .toList();
        long written = events.getLong(0);
        HistoryBatch batch = new HistoryBatch(
                sequence,
                batchId,
                ranges,
                written,
                events.getLong(1),
                quarantined,
                duplicates,
                newestMs,
                clock.millis() - startedAtMs,
                broken(partitions));
        runs.append(HistoryQuery.NAME, epoch, batch);
        return batch;
    }
}
