package io.tollgate.pipeline.history;

import io.delta.tables.DeltaTable;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Writes what the events tell about the world: {@code fraud_outcomes} and {@code account_card_reference}. */
final class TruthTables {
    private static final StructType OUTCOME = new StructType()
            .add("transaction_id", DataTypes.StringType, false)
            .add("occurred_at", DataTypes.TimestampType, false)
            .add("known_at", DataTypes.TimestampType, false)
            .add("fraud", DataTypes.BooleanType, false)
            .add("amount", DataTypes.createDecimalType(14, 4), false)
            .add("currency", DataTypes.StringType, false)
            .add("card_hash", DataTypes.StringType);

    private static final StructType REFERENCE = new StructType()
            .add("card_hash", DataTypes.StringType, false)
            .add("valid_from", DataTypes.TimestampType, false)
            .add("status", DataTypes.StringType, false)
            .add("opened_at", DataTypes.TimestampType, false)
            .add("home_country", DataTypes.StringType, false)
            .add("home_lat", DataTypes.DoubleType)
            .add("home_lon", DataTypes.DoubleType)
            .add("credit_limit", DataTypes.LongType, false);

    private final SparkSession spark;
    private final HistoryQuery.Settings settings;
    private final long epoch;

    TruthTables(SparkSession spark, HistoryQuery.Settings settings, long epoch) {
        this.spark = spark;
        this.settings = settings;
        this.epoch = epoch;
    }

    /**
     * @param fresh events of this run that no other has written, cached
     */
    void appendOutcomes(Dataset<Row> fresh, long sequence, long batchId) {
        Reparse reparse = new Reparse(settings.engine());
        Dataset<Row> rows = fresh.where("event_type = 'outcome'")
                .select("value", "arrived_ms", "card_hash")
                .map((MapFunction<Row, Row>) row -> outcome(row, reparse), Encoders.row(OUTCOME))
                .selectExpr(
                        "*", "CAST(" + sequence + " AS BIGINT) AS run_sequence", "to_date(occurred_at) AS event_date");
        HistoryTable.FRAUD_OUTCOMES.append(rows, settings.deltaRoot(), HistoryQuery.NAME, epoch, batchId);
    }

    /**
     * A card's rows follow one another without gap: each is valid until the next begins, in whatever order they come.
     * Repeating it changes nothing.
     *
     * @param fresh events of this run that no other has written, cached
     */
    void mergeReferences(Dataset<Row> fresh, long sequence) {
        Reparse reparse = new Reparse(settings.engine());
        merge(fresh.where("event_type = 'reference'")
                .select("value", "arrived_ms", "card_hash")
                .map((MapFunction<Row, Row>) row -> reference(row, reparse), Encoders.row(REFERENCE))
                .selectExpr("*", "CAST(" + sequence + " AS BIGINT) AS run_sequence"));
    }

    private void merge(Dataset<Row> incoming) {
        String path = HistoryTable.ACCOUNT_CARD_REFERENCE.path(settings.deltaRoot());
        Dataset<Row> affected = HistoryTable.ACCOUNT_CARD_REFERENCE
                .read(spark, settings.deltaRoot())
                .drop("valid_to")
                .join(incoming.select("card_hash").distinct(), "card_hash");
        Dataset<Row> chain = affected.unionByName(incoming)
                .dropDuplicates("card_hash", "valid_from")
                .selectExpr("*", "lead(valid_from) OVER (PARTITION BY card_hash ORDER BY valid_from) AS valid_to");
        DeltaTable.forPath(spark, path)
                .as("kept")
                .merge(chain.as("chain"), "kept.card_hash = chain.card_hash AND kept.valid_from = chain.valid_from")
                .whenMatched("NOT kept.valid_to <=> chain.valid_to")
                .updateAll()
                .whenNotMatched()
                .insertAll()
                .execute();
    }

    private static Row outcome(Row row, Reparse reparse) {
        FeatureEvent.Outcome outcome = (FeatureEvent.Outcome) reparse.event(row);
        return RowFactory.create(
                outcome.transactionId().value(),
                timestamp(outcome.occurredAt()),
                timestamp(outcome.knownAt()),
                outcome.fraud(),
                outcome.amount().value(),
                outcome.amount().currency(),
                row.getString(2));
    }

    private static Row reference(Row row, Reparse reparse) {
        FeatureEvent.Reference reference = (FeatureEvent.Reference) reparse.event(row);
        GeoPoint home = reference.home();
        return RowFactory.create(
                row.getString(2),
                timestamp(reference.validFrom()),
                reference.status().name(),
                timestamp(reference.openedAt()),
                reference.homeCountry(),
                home == null ? null : home.lat(),
                home == null ? null : home.lon(),
                reference.creditLimit());
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.from(instant);
    }

    /** Reads a stored event again. */
    private record Reparse(EngineSource engine) implements Serializable {
        FeatureEvent event(Row row) {
            byte[] value = row.getString(0).getBytes(StandardCharsets.UTF_8);
            if (new EventParser(EventRules.ACCEPTED_BEFORE, engine.engine(), EventParser.Detail.EVENT)
                            .parse(value, row.getLong(1))
                    instanceof ParsedEvent.Accepted accepted) {
                return accepted.event();
            }
            throw new IllegalStateException("an event that was accepted is now rejected");
        }
    }
}
