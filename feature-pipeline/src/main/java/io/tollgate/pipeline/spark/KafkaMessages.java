package io.tollgate.pipeline.spark;

import io.tollgate.pipeline.config.KafkaSource;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;

/** The hub as a stream of rows: partition, offset, value, timestampMs. */
public final class KafkaMessages {
    private KafkaMessages() {}

    /**
     * For micro-batches. They ask for messages that are known to be there, partition by partition, and after each for the
     * partition's ends. A broker answers a connection's requests in turn, and the first of these queries stands behind
     * the consumer's own request for what comes next, which waits for the next message: so it may not wait long.
     */
    public static Dataset<Row> stream(SparkSession spark, KafkaSource source) {
        return read(
                spark,
                source,
                Map.of(
                        "kafka.fetch.max.wait.ms",
                        "1",
                        "maxOffsetsPerTrigger",
                        Long.toString(source.maxEventsPerBatch())));
    }

    /** For the real-time mode, whose tasks wait for the next message and whose batches are bounded by time. */
    public static Dataset<Row> realTime(SparkSession spark, KafkaSource source) {
        return read(spark, source, Map.of());
    }

    /** From the first message kept, or from where the query's checkpoint stopped. */
    private static Dataset<Row> read(SparkSession spark, KafkaSource source, Map<String, String> options) {
        DataStreamReader reader = spark.readStream()
                .format("kafka")
                .options(options)
                .option("kafka.bootstrap.servers", source.bootstrap())
                .option("subscribe", source.topic())
                .option("startingOffsets", "earliest")
                // Messages that expired before they were read are lost features; better to stop and be told.
                .option("failOnDataLoss", "true");
        source.clientOptions().forEach((name, value) -> reader.option("kafka." + name, value));
        return reader.load().selectExpr("partition", "offset", "value", "unix_millis(timestamp) AS timestampMs");
    }
}
