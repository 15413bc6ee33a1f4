package io.tollgate.pipeline.batch;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.csv.CsvMapping;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.HistoryRows;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.publish.RebuildWriter;
import io.tollgate.pipeline.publish.RedisTarget;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes every payment's vector at its own instant from a file of transactions. Into CSV in {@link OnePass} where the
 * file allows it; else by Spark: events are brought together by entity and sorted, each entity's are folded one after
 * another with its state alone in memory, and the parts of a payment are brought together again.
 */
public final class Backfill {
    private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);

    /** Names the payments in the output where the mapping keeps no column with their ids. */
    static final String ID_COLUMN = "TRANSACTION_ID";

    /**
     * Neighbouring rows that one task writes: some hours of payments, so that a day's partition of the table gets a few
     * files instead of one from every task.
     */
    private static final int BLOCK = 8_192;

    private final SparkSession spark;
    private final Input input;
    private final ReadTransactions.Tally tally;
    private final LongAccumulator folded;

    /**
     * @param transactions a CSV file that every executor can read
     * @param mapping built-in name or file
     * @param references what the issuer knows of the cards; null for nothing
     * @param publishTo where the final states go; null for nowhere
     * @param partitions of the two shuffles; some hundred thousand payments each keep a task's sort in memory
     */
    public record Input(
            EngineSource engine,
            Path transactions,
            String mapping,
            @Nullable References references,
            @Nullable RedisTarget publishTo,
            int partitions) {}

    /**
     * @param file a CSV file that every executor can read
     * @param mapping built-in name or file
     */
    public record References(Path file, String mapping) {}

    /**
     * @param read rows of the transactions file
     * @param rejected rows of it that are no valid payments
     * @param references rows of the reference data
     * @param referencesRejected rows of it that are no valid records
     * @param folded events that entities' states took up
     */
    public record Counts(long read, long rejected, long references, long referencesRejected, long folded) {}

    public Backfill(SparkSession spark, Input input) {
        this.spark = spark;
        this.input = input;
        this.tally = ReadTransactions.Tally.of(spark.sparkContext());
        this.folded = spark.sparkContext().longAccumulator("events folded");
    }

    /** How far it has come; may be called by another thread. */
    public Counts counts() {
        return new Counts(
                tally.read().value(),
                tally.rejected().value(),
                tally.references().value(),
                tally.referencesRejected().value(),
                folded.value());
    }

    /** Where the first rejected rows stand and what is wrong with them, a few; never a value of theirs. */
    public List<String> rejections() {
        return List.copyOf(tally.rejections().value());
    }

    /**
     * Writes {@code features.csv}: the payments' ids and the features by name, in the file's order, every number with the
     * digits that give back the same double. The ids are those of the file, under its own column name, where the mapping
     * keeps that column, else {@value #ID_COLUMN} as events carry them.
     *
     * @param directory is created if it is missing
     */
    public void writeCsv(Path directory) throws IOException {
        String id = CsvMapping.resolve(input.mapping()).idColumn().orElse(ID_COLUMN);
        FeatureEngine engine = input.engine().engine();
        try (OnePass pass = new OnePass(engine, files(), tally, folded)) {
            RedisTarget redis = input.publishTo();
            CsvLines.write(pass, redis == null ? null : new RebuildWriter(redis), id, engine.featureSet(), directory);
            return;
        } catch (OnePass.NotPossibleException e) {
            LOG.info("{}: Spark sorts it", e.getMessage());
            tally.reset();
            folded.reset();
        }
        Dataset<String> lines =
                parts().mapPartitions(new AssembleRows<>(input.engine(), CsvLines::line), Encoders.STRING());
        CsvLines.write(lines, id, engine.featureSet(), directory);
    }

    /**
     * Appends to {@code fraud_feature_history}.
     *
     * @param deltaRoot directory of the tables
     * @param epochSecond names this run
     */
    public void writeDelta(String deltaRoot, long epochSecond) {
        HistoryTable.FRAUD_FEATURE_HISTORY.createIfMissing(spark, deltaRoot);
        long sequence = CheckpointEpoch.sequence(epochSecond, 0);
        Dataset<Row> rows = parts().mapPartitions(
                        new AssembleRows<>(
                                input.engine(),
                                (engine, row, label, payment, vector) ->
                                        HistoryRows.vector(engine, payment, vector, sequence)),
                        Encoders.row(HistoryTable.FRAUD_FEATURE_HISTORY.schema()));
        rows.selectExpr(HistoryTable.FRAUD_FEATURE_HISTORY.schema().fieldNames())
                .write()
                .format("delta")
                .mode("append")
                .save(HistoryTable.FRAUD_FEATURE_HISTORY.path(deltaRoot));
    }

    private ReadTransactions.Files files() {
        References references = input.references();
        return new ReadTransactions.Files(
                input.transactions().toString(),
                input.mapping(),
                references == null ? null : references.file().toString(),
                references == null ? "" : references.mapping());
    }

    private Dataset<Row> parts() {
        ReadTransactions reader = new ReadTransactions(input.engine(), files(), tally);
        return spark.createDataset(List.of(0L), Encoders.LONG())
                .coalesce(1)
                .mapPartitions(reader, Encoders.row(ReadTransactions.SCHEMA))
                .repartition(input.partitions(), functions.col("entity"))
                .sortWithinPartitions("entity", "time_ms", "is_payment", "id_length", "id")
                .mapPartitions(
                        new EvaluateEntities(input.engine(), input.publishTo(), folded),
                        Encoders.row(EvaluateEntities.PART))
                .repartition(
                        input.partitions(), functions.col("row").divide(BLOCK).cast(DataTypes.LongType))
                .sortWithinPartitions("row");
    }
}
