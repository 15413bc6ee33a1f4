package io.tollgate.pipeline.parity;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.tollgate.pipeline.config.EngineSource;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/** Computes each payment's vector from the events that happened before it, as if all were visible after the same lag. */
public final class VisibleVectors {
    private VisibleVectors() {}

    /**
     * @param events rows of {@link ReadEvents#SCHEMA}; vectors are computed of those that are asked about
     * @param lag an event is visible to payments that happen at least so much later
     * @param folded counts the events that states took up
     * @return transaction_id and vector, in the order of the engine's feature set; null where there is no number
     */
    public static Dataset<Row> of(
            Dataset<Row> events, EngineSource engine, Duration lag, int partitions, LongAccumulator folded) {
        Dataset<Row> blobs = events.mapPartitions(
                        new EntityRows(engine, null, lag.toMillis()), Encoders.row(EntityRows.SCHEMA))
                .repartition(partitions, col("scope"))
                .sortWithinPartitions(EntityRows.SCOPE, EntityRows.ORDER)
                .mapPartitions(new Republish(engine, folded), Encoders.row(CompareVectors.SCHEMA));
        Dataset<Row> payments = events.where("value IS NOT NULL")
                .select(
                        col("event_id").as("transaction_id"),
                        lit(CompareVectors.PAYMENT).as("kind"),
                        lit(0).as("group"),
                        col("event").as("bytes"),
                        lit(null).cast("string").as("value"),
                        lit(null).cast("array<binary>").as("tail"));
        return blobs.unionByName(payments)
                .repartition(partitions, col("transaction_id"))
                .sortWithinPartitions("transaction_id", "kind")
                .mapPartitions(new ReadVisible(engine), Encoders.row(ReadVisible.SCHEMA));
    }
}
