package io.tollgate.pipeline.history;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** What the history holds, over all of its runs. */
public record HistoryTotals(long read, long written, long authorizations, long quarantined, long duplicates) {
    public static final HistoryTotals NONE = new HistoryTotals(0, 0, 0, 0, 0);

    /** Sums the successful runs and counts the table. */
    public static HistoryTotals of(SparkSession spark, String deltaRoot) {
        Dataset<Row> finished = HistoryTable.PIPELINE_RUNS
                .read(spark, deltaRoot)
                .where("job = '" + HistoryQuery.NAME + "' AND status = 'ok'");
        Row runs = finished.selectExpr(
                        "coalesce(sum(rows_read), 0)",
                        "coalesce(sum(rows_written), 0)",
                        "coalesce(sum(rows_quarantined), 0)",
                        "coalesce(sum(rows_duplicate), 0)")
                .head();
        long authorizations = HistoryTable.TXN_EVENTS
                .read(spark, deltaRoot)
                .where("event_type = 'authorization'")
                // A run that was cut off is repeated, and counted then.
                .join(
                        finished.select(finished.col("run_sequence").as("finished")),
                        functions.expr("run_sequence = finished"),
                        "left_semi")
                .count();
        return new HistoryTotals(runs.getLong(0), runs.getLong(1), authorizations, runs.getLong(2), runs.getLong(3));
    }

    public HistoryTotals plus(HistoryBatch batch) {
        return new HistoryTotals(
                read + batch.read(),
                written + batch.written(),
                authorizations + batch.authorizations(),
                quarantined + batch.quarantined(),
                duplicates + batch.duplicates());
    }
}
