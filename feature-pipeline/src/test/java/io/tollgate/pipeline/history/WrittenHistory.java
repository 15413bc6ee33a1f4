package io.tollgate.pipeline.history;

import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.config.KafkaSource;
import io.tollgate.pipeline.event.EventRules;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Messages of a hub that is not there, appended by the history's own code. */
public final class WrittenHistory {
    private static final long EPOCH = 1_700_000_000L;
    private static final StructType MESSAGES = new StructType()
            .add("partition", DataTypes.IntegerType, false)
            .add("offset", DataTypes.LongType, false)
            .add("value", DataTypes.BinaryType, false)
            .add("timestampMs", DataTypes.LongType, false);

    private final SparkSession spark;
    private final HistoryBatchWriter writer;
    private final List<Row> waiting = new ArrayList<>();
    private long batchId;

    public WrittenHistory(SparkSession spark, EngineSource engine, String deltaRoot) {
        this.spark = spark;
        for (HistoryTable table : HistoryTable.OF_HISTORY) {
            table.createIfMissing(spark, deltaRoot);
        }
        HistoryQuery.Settings settings = new HistoryQuery.Settings(
                new KafkaSource("none:1", "txn_events", Map.of(), 1),
                engine,
                deltaRoot,
                "unused",
                Duration.ofSeconds(5),
                EventRules.DEFAULT);
        this.writer = new HistoryBatchWriter(spark, settings, EPOCH, batch -> {}, Clock.systemUTC());
    }

    public void add(int partition, long offset, byte[] value, long arrivedAtMs) {
        waiting.add(RowFactory.create(partition, offset, value, arrivedAtMs));
    }

    /** Appends what was added since the last time. */
    public void append() {
        writer.write(spark.createDataFrame(waiting, MESSAGES), batchId++);
        waiting.clear();
    }
}
