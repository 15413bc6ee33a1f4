package io.tollgate.pipeline.spark;

import io.tollgate.pipeline.config.KafkaSource;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;

/** The hub as a stream of rows: partition, offset, value, timestampMs. */
public final class KafkaMessages {
    private KafkaMessages() {}

    /** From the first message kept, or from where the query's checkpoint stopped. */
    public static Dataset<Row> stream(SparkSession spark, KafkaSource source) {
        DataStreamReader reader = spark.readStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", source.bootstrap())
                .option("subscribe", source.topic())
                .option("startingOffsets", "earliest")
                .option("maxOffsetsPerTrigger", source.maxEventsPerBatch())
                // Messages that expired before they were read are lost features; better to stop and be told.
                .option("failOnDataLoss", "true");
        source.clientOptions().forEach((name, value) -> reader.option("kafka." + name, value));
        return reader.load().selectExpr("partition", "offset", "value", "unix_millis(timestamp) AS timestampMs");
    }
}
