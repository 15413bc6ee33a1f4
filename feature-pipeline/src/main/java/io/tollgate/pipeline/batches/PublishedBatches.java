package io.tollgate.pipeline.batches;

import io.delta.tables.DeltaTable;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The table {@code published_batches}: what each batch of the publisher read, long after its checkpoint has forgotten.
 * It is copied from the checkpoint's log, which is the authority; copying twice changes nothing, and what a crash cut off
 * is copied the next time, as long as the log still holds it.
 */
public final class PublishedBatches {
    private static final String JOB = "published-batches";

    private final SparkSession spark;
    private final String deltaRoot;
    private final String checkpoint;

    /**
     * @param checkpoint of the publisher
     */
    public PublishedBatches(SparkSession spark, String deltaRoot, String checkpoint) {
        this.spark = spark;
        this.deltaRoot = deltaRoot;
        this.checkpoint = checkpoint;
    }

    /** Copies what the log has and the table has not; answers how many batches. One caller at a time. */
    public long copy() {
        OptionalLong epoch = epoch();
        if (epoch.isEmpty()) {
            return 0;
        }
        HistoryTable.PUBLISHED_BATCHES.createIfMissing(spark, deltaRoot);
        long last = lastCopied(epoch.getAsLong());
        List<Row> rows = rows(epoch.getAsLong(), last);
        if (!rows.isEmpty()) {
            HistoryTable.PUBLISHED_BATCHES.append(
                    spark.createDataFrame(rows, HistoryTable.PUBLISHED_BATCHES.schema()),
                    deltaRoot,
                    JOB,
                    epoch.getAsLong(),
                    rows.get(rows.size() - 1).getLong(1));
        }
        return rows.size();
    }

    /** What the table and the log know together. */
    public BatchRanges load() {
        BatchRanges.Builder ranges = new BatchRanges.Builder();
        if (DeltaTable.isDeltaTable(spark, HistoryTable.PUBLISHED_BATCHES.path(deltaRoot))) {
            HistoryTable.PUBLISHED_BATCHES
                    .read(spark, deltaRoot)
                    .select("epoch", "batch_id", "start_offsets", "end_offsets")
                    .toLocalIterator()
                    .forEachRemaining(row -> {
                        ranges.add(row.getLong(0), row.getLong(1), offsets(row, 3));
                        if (row.getLong(1) == 0 && !row.isNullAt(2)) {
                            ranges.start(row.getLong(0), offsets(row, 2));
                        }
                    });
        }
        OptionalLong epoch = epoch();
        if (epoch.isPresent()) {
            OffsetLog log = log();
            Map<Integer, Long> start = log.start();
            if (!start.isEmpty()) {
                ranges.start(epoch.getAsLong(), start);
            }
            for (long batchId : log.batches()) {
                log.read(batchId).ifPresent(batch -> ranges.add(epoch.getAsLong(), batchId, batch.ends()));
            }
        }
        return ranges.build();
    }

    private OptionalLong epoch() {
        return CheckpointEpoch.read(checkpoint, spark.sparkContext().hadoopConfiguration());
    }

    private OffsetLog log() {
        return OffsetLog.open(checkpoint, spark.sparkContext().hadoopConfiguration());
    }

    private long lastCopied(long epoch) {
        Row newest = HistoryTable.PUBLISHED_BATCHES
                .read(spark, deltaRoot)
                .where(functions.col("epoch").equalTo(epoch))
                .agg(functions.max("batch_id"))
                .head();
        return newest.isNullAt(0) ? -1 : newest.getLong(0);
    }

    private List<Row> rows(long epoch, long after) {
        OffsetLog log = log();
        List<Row> rows = new ArrayList<>();
        @Nullable Map<Integer, Long> before = after < 0 ? log.start() : null;
        long expected = 0;
        for (long batchId : log.batches()) {
            Optional<PlannedBatch> batch = batchId < after ? Optional.empty() : log.read(batchId);
            if (batch.isEmpty()) {
                continue;
            }
            Map<Integer, Long> ends = batch.get().ends();
            if (batchId > after) {
                rows.add(RowFactory.create(
                        epoch,
                        batchId,
                        CheckpointEpoch.sequence(epoch, batchId),
                        new Timestamp(batch.get().plannedAtMs()),
                        before == null || batchId != expected ? null : CollectionConverters.asScala(before),
                        CollectionConverters.asScala(ends)));
            }
            before = ends;
            expected = batchId + 1;
        }
        return rows;
    }

    private static Map<Integer, Long> offsets(Row row, int column) {
        return new HashMap<>(row.<Integer, Long>getJavaMap(column));
    }
}
