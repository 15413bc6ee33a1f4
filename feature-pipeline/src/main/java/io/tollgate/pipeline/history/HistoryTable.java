package io.tollgate.pipeline.history;

import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Delta tables, their columns, partitions and retention. Every row that is appended says which run wrote it
 * ({@code run_sequence}: the checkpoint's epoch and the batch), so that a run can be counted and repeated.
 */
@SuppressWarnings("ImmutableEnumChecker") // StructType is immutable, Error Prone cannot know
public enum HistoryTable {
    /** Every valid event as received, once. */
    TXN_EVENTS(
            new StructType()
                    .add("event_id", DataTypes.StringType, false)
                    .add("event_time", DataTypes.TimestampType, false)
                    .add("run_sequence", DataTypes.LongType, false)
                    .add("kafka_partition", DataTypes.IntegerType, false)
                    .add("kafka_offset", DataTypes.LongType, false)
                    .add("kafka_timestamp", DataTypes.TimestampType, false)
                    .add("event_type", DataTypes.StringType, false)
                    .add("transaction_id", DataTypes.StringType)
                    .add("card_hash", DataTypes.StringType)
                    .add("decided_at", DataTypes.TimestampType)
                    .add("decision", DataTypes.StringType)
                    .add("score", DataTypes.DoubleType)
                    .add("feature_set", DataTypes.StringType)
                    .add("feature_set_hash", DataTypes.StringType)
                    .add("model", DataTypes.StringType)
                    .add("policy", DataTypes.StringType)
                    .add("vector", DataTypes.createArrayType(DataTypes.DoubleType))
                    .add("groups", DataTypes.StringType)
                    .add("value", DataTypes.StringType, false)
                    .add("event_date", DataTypes.DateType, false)
                    .add("warnings", DataTypes.createArrayType(DataTypes.StringType, false)),
            "event_date",
            400),
    /** Every message that is no valid event, with the reason. */
    TXN_EVENTS_QUARANTINE(
            new StructType()
                    .add("run_sequence", DataTypes.LongType, false)
                    .add("kafka_partition", DataTypes.IntegerType, false)
                    .add("kafka_offset", DataTypes.LongType, false)
                    .add("kafka_timestamp", DataTypes.TimestampType, false)
                    .add("defect", DataTypes.StringType, false)
                    .add("rule", DataTypes.StringType, false)
                    .add("reason", DataTypes.StringType, false)
                    .add("payload", DataTypes.BinaryType)
                    .add("arrival_date", DataTypes.DateType, false),
            "arrival_date",
            90),
    /** Per transaction the vector at its own instant. */
    FRAUD_FEATURE_HISTORY(
            new StructType()
                    .add("transaction_id", DataTypes.StringType, false)
                    .add("occurred_at", DataTypes.TimestampType, false)
                    .add("run_sequence", DataTypes.LongType, false)
                    .add("card_hash", DataTypes.StringType)
                    .add("feature_set", DataTypes.StringType, false)
                    .add("feature_set_hash", DataTypes.StringType, false)
                    .add("vector", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
                    .add("event_date", DataTypes.DateType, false),
            "event_date",
            400),
    /** The delayed truth. */
    FRAUD_OUTCOMES(
            new StructType()
                    .add("transaction_id", DataTypes.StringType, false)
                    .add("occurred_at", DataTypes.TimestampType, false)
                    .add("known_at", DataTypes.TimestampType, false)
                    .add("run_sequence", DataTypes.LongType, false)
                    .add("fraud", DataTypes.BooleanType, false)
                    .add("amount", DataTypes.createDecimalType(14, 4), false)
                    .add("currency", DataTypes.StringType, false)
                    .add("card_hash", DataTypes.StringType)
                    .add("event_date", DataTypes.DateType, false),
            "event_date",
            400),
    /** What the issuer knew of a card, from when until when. */
    ACCOUNT_CARD_REFERENCE(
            new StructType()
                    .add("card_hash", DataTypes.StringType, false)
                    .add("valid_from", DataTypes.TimestampType, false)
                    .add("valid_to", DataTypes.TimestampType)
                    .add("run_sequence", DataTypes.LongType, false)
                    .add("status", DataTypes.StringType, false)
                    .add("opened_at", DataTypes.TimestampType, false)
                    .add("home_country", DataTypes.StringType, false)
                    .add("home_lat", DataTypes.DoubleType)
                    .add("home_lon", DataTypes.DoubleType)
                    .add("credit_limit", DataTypes.LongType, false),
            null,
            400),
    /** What each run read and what became of it. */
    PIPELINE_RUNS(
            new StructType()
                    .add("job", DataTypes.StringType, false)
                    .add("run_sequence", DataTypes.LongType, false)
                    .add("batch_id", DataTypes.LongType, false)
                    .add("ended_at", DataTypes.TimestampType, false)
                    .add("took_ms", DataTypes.LongType, false)
                    .add("status", DataTypes.StringType, false)
                    .add("rows_read", DataTypes.LongType, false)
                    .add("rows_written", DataTypes.LongType, false)
                    .add("rows_quarantined", DataTypes.LongType, false)
                    .add("rows_duplicate", DataTypes.LongType, false)
                    .add("newest_event_at", DataTypes.TimestampType)
                    .add("partitions", DataTypes.StringType)
                    .add("details", DataTypes.StringType),
            null,
            400),
    /** What each batch of the publisher read: whatever it published was computed from these messages and earlier ones. */
    PUBLISHED_BATCHES(
            new StructType()
                    .add("epoch", DataTypes.LongType, false)
                    .add("batch_id", DataTypes.LongType, false)
                    .add("run_sequence", DataTypes.LongType, false)
                    .add("planned_at", DataTypes.TimestampType, false)
                    .add("start_offsets", DataTypes.createMapType(DataTypes.IntegerType, DataTypes.LongType))
                    .add("end_offsets", DataTypes.createMapType(DataTypes.IntegerType, DataTypes.LongType), false),
            null,
            400),
    /** Vectors with labels known by a cut-off; each version of the table is one run of {@code training-set}. */
    FRAUD_TRAINING_SET(
            new StructType()
                    .add("transaction_id", DataTypes.StringType, false)
                    .add("occurred_at", DataTypes.TimestampType, false)
                    .add("card_hash", DataTypes.StringType)
                    .add("feature_set", DataTypes.StringType, false)
                    .add("feature_set_hash", DataTypes.StringType, false)
                    .add("vector", DataTypes.createArrayType(DataTypes.DoubleType), false)
                    .add("fraud", DataTypes.BooleanType, false)
                    .add("label_source", DataTypes.StringType, false)
                    .add("known_at", DataTypes.TimestampType),
            null,
            400);

    private static final Logger LOG = LoggerFactory.getLogger(HistoryTable.class);

    /** A log's commits and checkpoints begin with their version; what is being written begins otherwise. */
    private static final Pattern COMMITTED = Pattern.compile("^[0-9]{20}\\.");

    /** Those that the history writes as it goes; the others are created by the jobs that write them. */
    public static final List<HistoryTable> OF_HISTORY = List.of(
            TXN_EVENTS,
            TXN_EVENTS_QUARANTINE,
            FRAUD_FEATURE_HISTORY,
            FRAUD_OUTCOMES,
            ACCOUNT_CARD_REFERENCE,
            PIPELINE_RUNS);

    private final StructType schema;
    private final @Nullable String partitionColumn;
    private final int retentionDays;

    HistoryTable(StructType schema, @Nullable String partitionColumn, int retentionDays) {
        this.schema = schema;
        this.partitionColumn = partitionColumn;
        this.retentionDays = retentionDays;
    }

    public StructType schema() {
        return schema;
    }

    /** How long rows are kept, by the table's declared retention. */
    public int retentionDays() {
        return retentionDays;
    }

    /** The folder's name, as the catalogue knows it. */
    public String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String path(String deltaRoot) {
        return deltaRoot + "/" + tableName();
    }

    /** Creates it, empty, where it is not there yet. */
    public void createIfMissing(SparkSession spark, String deltaRoot) {
        if (DeltaTable.isDeltaTable(spark, path(deltaRoot))) {
            return;
        }
        removeBeginnings(spark, new Path(path(deltaRoot)));
        DeltaTableBuilder builder = DeltaTable.createIfNotExists(spark)
                .location(path(deltaRoot))
                .addColumns(schema)
                .property("delta.appendOnly", "false")
                .property("tollgate.retentionDays", Integer.toString(retentionDays))
                // Removed files stay readable for a day: streams and long queries finish, erasures end soon after.
                .property("delta.deletedFileRetentionDuration", "interval 1 days");
        if (partitionColumn != null) {
            builder = builder.partitionedBy(partitionColumn);
        }
        builder.execute();
    }

    /**
     * A process that was killed before a table's first commit leaves a folder with a log without commits. Delta takes it
     * for a table when it is to create one, and for none when it is to read it: nothing would ever start again. There is
     * nothing in it; anything else is left alone.
     */
    private static void removeBeginnings(SparkSession spark, Path table) {
        Path log = new Path(table, "_delta_log");
        try {
            FileSystem files = table.getFileSystem(spark.sessionState().newHadoopConf());
            if (!files.exists(log)) {
                return;
            }
            boolean empty = files.listStatus(table).length == 1
                    && Arrays.stream(files.listStatus(log))
                            .noneMatch(file ->
                                    COMMITTED.matcher(file.getPath().getName()).find());
            if (empty) {
                LOG.warn("{} has no commit: the process that was creating it did not get there", table);
                files.delete(table, true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + table, e);
        }
    }

    public Dataset<Row> read(SparkSession spark, String deltaRoot) {
        return spark.read().format("delta").load(path(deltaRoot));
    }

    /**
     * Appends in the table's column order, once per run: a repeated run's append is recognised and left out.
     *
     * @param job names the writer; part of the application id that Delta remembers
     * @param epoch of the job's checkpoint: a new checkpoint counts its batches from zero again
     */
    public void append(Dataset<Row> rows, String deltaRoot, String job, long epoch, long batchId) {
        rows.selectExpr(schema.fieldNames())
                .coalesce(1)
                .write()
                .format("delta")
                .mode("append")
                .option("txnAppId", "tollgate-" + job + "-" + epoch)
                .option("txnVersion", batchId)
                // A table made by an earlier release gets the columns that have come since.
                .option("mergeSchema", "true")
                .save(path(deltaRoot));
    }
}
