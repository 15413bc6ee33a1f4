package io.tollgate.pipeline.trainingset;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import io.delta.tables.DeltaTable;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.parity.ReadEvents;
import io.tollgate.pipeline.parity.VisibleVectors;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code fraud_training_set}: vectors of past payments with what was known of them at the cut-off, and nothing
 * later. A payment without an outcome counts as genuine only when its maturity had passed by then; until that it has no
 * label and is left out.
 *
 * <p>The versions of the tables that were read stand in the commit's metadata. The same versions and the same cut-off
 * give the same rows.
 */
public final class TrainingSetJob {
    private static final String BY_OUTCOME = "outcome";
    private static final String BY_MATURITY = "maturity";
    private static final String UNLABELLED = "unlabelled";
    private static final String OTHER_SET = "other";

    private final SparkSession spark;
    private final Input input;
    private final Clock clock;

    /** Which vectors are trained on. */
    public enum Features {
        /** As the service saw them. */
        SERVED,
        /** Computed from the events that happened before each payment; also for features that were not served then. */
        VISIBLE
    }

    /**
     * @param out the table's directory; each run makes a version of it
     * @param asOf the cut-off
     * @param maturity after which a payment that nobody complained of is genuine
     * @param lag with {@link Features#VISIBLE}: how much earlier an event must have happened to be seen
     * @param txnEventsVersion null for the newest
     * @param outcomesVersion null for the newest
     */
    public record Input(
            EngineSource engine,
            String deltaRoot,
            String out,
            Instant asOf,
            Duration maturity,
            Features features,
            Duration lag,
            @Nullable Long txnEventsVersion,
            @Nullable Long outcomesVersion,
            int partitions) {
        public Input {
            if (maturity.isNegative() || lag.isNegative()) {
                throw new IllegalArgumentException("maturity and lag must not be negative");
            }
        }
    }

    /**
     * @param version of the table written
     * @param txnEventsVersion read
     * @param outcomesVersion read
     */
    public record Result(TrainingSetCounts counts, long version, long txnEventsVersion, long outcomesVersion) {}

    public TrainingSetJob(SparkSession spark, Input input, Clock clock) {
        this.spark = spark;
        this.input = input;
        this.clock = clock;
    }

    /**
     * @throws IllegalArgumentException when a table has no such version
     */
    @SuppressWarnings("CatchingUnchecked") // Spark throws what it likes; the log is to know of it.
    public Result run() {
        long eventsVersion = version(HistoryTable.TXN_EVENTS, input.txnEventsVersion());
        long outcomesVersion = version(HistoryTable.FRAUD_OUTCOMES, input.outcomesVersion());
        TrainingSetLog log = new TrainingSetLog(spark, input, eventsVersion, outcomesVersion, clock);
        Dataset<Row> events = read(HistoryTable.TXN_EVENTS, eventsVersion);
        Dataset<Row> payments = payments(events);
        Dataset<Row> labelled = label(payments, outcomes(outcomesVersion));
        Dataset<Row> rows = vectors(events, labelled).persist(StorageLevel.DISK_ONLY());
        TrainingSetCounts counts = TrainingSetCounts.NONE;
        try {
            counts = counts(payments.count(), rows);
            if (!counts.balanced()) {
                throw new IllegalStateException("the training set does not add up: " + counts);
            }
            long written = write(rows, log.details(counts));
            log.succeeded(counts, written);
            return new Result(counts, written, eventsVersion, outcomesVersion);
        } catch (Exception e) {
            log.failed(counts, e);
            throw e;
        } finally {
            rows.unpersist();
        }
    }

    private Dataset<Row> payments(Dataset<Row> events) {
        return events.where(col("event_type")
                        .equalTo("authorization")
                        .and(col("event_time").leq(lit(Timestamp.from(input.asOf())))))
                .select("transaction_id", "event_time", "card_hash", "feature_set", "feature_set_hash", "vector")
                .withColumnRenamed("event_time", "occurred_at");
    }

    /** One per payment: the first that was known counts, as in the features. */
    private Dataset<Row> outcomes(long version) {
        return read(HistoryTable.FRAUD_OUTCOMES, version)
                .where(col("known_at").leq(lit(Timestamp.from(input.asOf()))))
                .withColumn(
                        "place",
                        row_number().over(Window.partitionBy("transaction_id").orderBy("known_at", "run_sequence")))
                .where("place = 1")
                .select(col("transaction_id").as("outcome_of"), col("fraud"), col("known_at"));
    }

    private Dataset<Row> label(Dataset<Row> payments, Dataset<Row> outcomes) {
        Timestamp matureUntil = Timestamp.from(input.asOf().minus(input.maturity()));
        return payments.join(outcomes, expr("transaction_id = outcome_of"), "left")
                .withColumn(
                        "label_source",
                        when(col("fraud").isNotNull(), BY_OUTCOME)
                                .when(col("occurred_at").leq(lit(matureUntil)), BY_MATURITY)
                                .otherwise(UNLABELLED))
                .withColumn("fraud", coalesce(col("fraud"), lit(false)));
    }

    private Dataset<Row> vectors(Dataset<Row> events, Dataset<Row> labelled) {
        FeatureSet set = input.engine().engine().featureSet();
        if (input.features() == Features.SERVED) {
            return labelled.withColumn(
                    "label_source",
                    when(
                                    col("feature_set_hash")
                                            .equalTo(set.hashText())
                                            .and(col("vector").isNotNull()),
                                    col("label_source"))
                            .otherwise(OTHER_SET));
        }
        Dataset<Row> read = events.select(
                        col("event_id"),
                        col("kafka_partition"),
                        col("kafka_offset"),
                        col("value"),
                        expr("unix_millis(kafka_timestamp)"),
                        col("event_type")
                                .equalTo("authorization")
                                .and(col("event_time").leq(lit(Timestamp.from(input.asOf())))))
                .mapPartitions(new ReadEvents(input.engine()), Encoders.row(ReadEvents.SCHEMA));
        Dataset<Row> visible = VisibleVectors.of(
                read,
                input.engine(),
                input.lag(),
                input.partitions(),
                spark.sparkContext().longAccumulator("events folded"));
        return labelled.drop("vector", "feature_set", "feature_set_hash")
                .join(visible, "transaction_id")
                .withColumn("feature_set", lit(set.version()))
                .withColumn("feature_set_hash", lit(set.hashText()));
    }

    /** The payments are counted before any join, which may neither lose nor double one. */
    private static TrainingSetCounts counts(long payments, Dataset<Row> rows) {
        Map<String, Long> counts = new HashMap<>();
        rows.groupBy("label_source", "fraud")
                .count()
                .collectAsList()
                .forEach(row -> counts.put(row.getString(0) + row.getBoolean(1), row.getLong(2)));
        return new TrainingSetCounts(
                payments,
                counts.getOrDefault(BY_OUTCOME + true, 0L),
                counts.getOrDefault(BY_OUTCOME + false, 0L),
                counts.getOrDefault(BY_MATURITY + false, 0L),
                counts.getOrDefault(UNLABELLED + false, 0L),
                counts.getOrDefault(OTHER_SET + true, 0L) + counts.getOrDefault(OTHER_SET + false, 0L));
    }

    /** Sorted, so that the same rows stand in the same order; answers the table's new version. */
    private long write(Dataset<Row> rows, String details) {
        rows.where(col("label_source").isin(BY_OUTCOME, BY_MATURITY))
                .selectExpr(HistoryTable.FRAUD_TRAINING_SET.schema().fieldNames())
                .orderBy("occurred_at", "transaction_id")
                .write()
                .format("delta")
                .mode(SaveMode.Overwrite)
                .option("overwriteSchema", "true")
                .option("userMetadata", details)
                .save(input.out());
        return latest(input.out());
    }

    private Dataset<Row> read(HistoryTable table, long version) {
        return spark.read().format("delta").option("versionAsOf", version).load(table.path(input.deltaRoot()));
    }

    private long version(HistoryTable table, @Nullable Long asked) {
        if (!DeltaTable.isDeltaTable(spark, table.path(input.deltaRoot()))) {
            throw new IllegalArgumentException(
                    "there is no table " + table.tableName() + " under " + input.deltaRoot() + "; has a history run?");
        }
        long latest = latest(table.path(input.deltaRoot()));
        if (asked != null && (asked < 0 || asked > latest)) {
            throw new IllegalArgumentException(
                    table.tableName() + " has the versions 0 to " + latest + ", not " + asked);
        }
        return asked == null ? latest : asked;
    }

    private long latest(String path) {
        return DeltaTable.forPath(spark, path)
                .history(1)
                .select("version")
                .head()
                .getLong(0);
    }
}
