package io.tollgate.pipeline.publish;

import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.config.KafkaSource;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import io.tollgate.pipeline.spark.KafkaMessages;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * The query that keeps Redis fresh: hub, fan-out per entity, state, pipelined writes. It has no trigger interval: a
 * batch starts as soon as the one before has ended, which at a payment system's rates is several times a second.
 */
public final class PublisherQuery implements PublishingEngine {
    private static final Logger LOG = LoggerFactory.getLogger(PublisherQuery.class);

    private final SparkSession spark;
    private final Settings settings;
    private final PublisherListener listener;
    private final Heartbeat heartbeat;
    private final LongAccumulator keysWritten;
    private final ProgressAccumulator progress = new ProgressAccumulator();
    private final long epoch;

    /**
     * @param checkpoint directory of this query alone
     * @param rules what events must hold to
     */
    public record Settings(
            KafkaSource kafka, EngineSource engine, RedisTarget redis, String checkpoint, EventRules rules) {}

    public PublisherQuery(SparkSession spark, Settings settings, PublisherListener listener, Clock clock) {
        this.spark = spark;
        this.settings = settings;
        this.epoch = CheckpointEpoch.readOrCreate(
                settings.checkpoint(), spark.sparkContext().hadoopConfiguration(), clock);
        this.listener = listener;
        this.heartbeat = new Heartbeat(settings.redis(), progressKey(settings.engine()), clock);
        this.keysWritten = spark.sparkContext().longAccumulator("publisher-keys-written");
        spark.sparkContext().register(progress, "publisher-progress");
    }

    private static String progressKey(EngineSource engine) {
        return new String(engine.engine().progressKey(), StandardCharsets.US_ASCII);
    }

    @Override
    public List<Query> queries() {
        return List.of(new Query(NAME, this::start, false));
    }

    /** Its idle events are signs of life for those who read the heartbeat; a query that hangs sends none. */
    @Override
    public StreamingQueryListener listener() {
        return new IdleListener(NAME, heartbeat::whileIdle);
    }

    private StreamingQuery start() throws TimeoutException {
        takeKeys();
        Dataset<byte[]> byEntity = KafkaMessages.stream(spark, settings.kafka())
                // A task for each of the topic's partitions would cost more than the few messages that it reads; and
                // one task in all, where the state has one partition, needs no shuffle.
                .coalesce(Integer.parseInt(spark.conf().get("spark.sql.shuffle.partitions")))
                .mapPartitions(new FanOut(settings.engine(), settings.rules(), progress), Encoders.BINARY());
        Dataset<byte[]> updates = byEntity.groupByKey(
                        (MapFunction<byte[], String>) EntityEvent::entityOf, Encoders.STRING())
                .transformWithState(
                        new EntityStateProcessor(settings.engine(), epoch),
                        TimeMode.ProcessingTime(),
                        OutputMode.Update(),
                        Encoders.BINARY());
        return updates.writeStream()
                .queryName(NAME)
                .outputMode(OutputMode.Update())
                .option("checkpointLocation", settings.checkpoint())
                .foreachBatch((VoidFunction2<Dataset<byte[]>, Long>) this::write)
                .start();
    }

    private void takeKeys() {
        try {
            new RealTimeClaim(
                            RedisWriters.of(settings.redis()), settings.engine().engine())
                    .release(epoch);
        } catch (JedisException e) {
            // Redis is away: batches will wait for it.
            LOG.warn("cannot see whether the real-time engine has these keys: {}", e.getMessage());
        }
    }

    private void write(Dataset<byte[]> updates, Long batchId) {
        long startedAt = System.nanoTime();
        progress.reset();
        keysWritten.reset();
        long sequence = CheckpointEpoch.sequence(epoch, batchId);
        // The rows as they are: a second plan over them, analysed and optimised anew for each batch, costs more than
        // the writes. So does the search for what a closure captures, which Spark spares a class that is none.
        RDD<InternalRow> rows = updates.queryExecution().toRdd();
        List<Object> partitions = IntStream.range(0, rows.getNumPartitions())
                .<Object>mapToObj(Integer::valueOf)
                .toList();
        Delays delays = new Delays();
        spark.sparkContext()
                .runJob(
                        rows,
                        new WriteUpdates(settings.redis(), sequence, keysWritten),
                        CollectionConverters.asScala(partitions).toSeq(),
                        delays,
                        ClassTag.apply(long[].class));
        List<PartitionProgress> read = List.copyOf(progress.value().values());
        heartbeat.afterBatch(read, sequence);
        Duration took = Duration.ofNanos(System.nanoTime() - startedAt);
        listener.published(
                new PublishedBatch(epoch, batchId, sequence, read, keysWritten.value(), delays.millis, took));
    }

    /** Gathers the tasks' answers; called by one thread of Spark's while the job runs. */
    private static final class Delays extends AbstractFunction2<Object, long[], BoxedUnit> {
        private final List<Long> millis = new ArrayList<>();

        @Override
        public BoxedUnit apply(Object partition, long[] ofTask) {
            for (long delayMs : ofTask) {
                millis.add(delayMs);
            }
            return BoxedUnit.UNIT;
        }
    }
}
