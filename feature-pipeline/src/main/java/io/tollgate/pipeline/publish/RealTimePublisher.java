package io.tollgate.pipeline.publish;

import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.config.KafkaSource;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import io.tollgate.pipeline.spark.KafkaMessages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The engine in Spark's real-time mode. That mode has no state and no shuffle, so there are two queries: one routes each
 * event to a topic keyed by entity, the other folds what comes there into states that Redis keeps beside the blobs, see
 * {@link KeptState}. Their tasks run for as long as a batch lasts and take up messages as they arrive.
 *
 * <p>Redis holds nothing here that the hub cannot give again, but it holds what the next update is folded into: when it
 * loses its keys, the hub must be read anew.
 */
public final class RealTimePublisher implements PublishingEngine {
    /** Directory of the checkpoint. */
    public static final String CHECKPOINT = "real-time";

    /** The first query's name; the second has the engine's. */
    public static final String FAN_OUT = "fan-out";

    /**
     * Length of a batch. Between two of them nobody reads for about a tenth of a second, so long ones are fresher; a
     * restart repeats what the last one had read, which costs little since all of it is known.
     */
    private static final Duration BATCH = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(RealTimePublisher.class);

    private final SparkSession spark;
    private final Settings settings;
    private final PublisherListener listener;
    private final long epoch;
    private final ProgressAccumulator progress = new ProgressAccumulator();
    private final LongAccumulator keysWritten;
    private final CollectionAccumulator<Long> delaysMs;

    /**
     * @param entityTopic see {@link EntityTopic}
     * @param slots partitions of both topics, each of which needs a task slot all the time
     * @param checkpoint directory of both queries
     * @param rules what events must hold to
     */
    public record Settings(
            KafkaSource hub,
            String entityTopic,
            int slots,
            EngineSource engine,
            RedisTarget redis,
            String checkpoint,
            EventRules rules) {}

    public RealTimePublisher(SparkSession spark, Settings settings, PublisherListener listener, Clock clock) {
        this.spark = spark;
        this.settings = settings;
        this.listener = listener;
        this.epoch = CheckpointEpoch.readOrCreate(
                settings.checkpoint(), spark.sparkContext().hadoopConfiguration(), clock);
        this.keysWritten = spark.sparkContext().longAccumulator("real-time-keys-written");
        this.delaysMs = spark.sparkContext().collectionAccumulator("real-time-delays");
        spark.sparkContext().register(progress, "real-time-progress");
    }

    @Override
    public List<Query> queries() {
        return List.of(new Query(NAME, this::startFolding, true), new Query(FAN_OUT, this::startFanOut, true));
    }

    private StreamingQuery startFanOut() throws TimeoutException {
        Dataset<Row> routed = KafkaMessages.realTime(spark, settings.hub())
                .mapPartitions(
                        new RouteEvents(settings.engine(), settings.rules(), progress, epoch),
                        Encoders.tuple(Encoders.BINARY(), Encoders.BINARY()))
                .toDF("key", "value");
        DataStreamWriter<Row> writer = routed.writeStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", settings.hub().bootstrap())
                .option("topic", settings.entityTopic())
                .option("kafka.linger.ms", "0")
                // A message that is given up while later ones arrive would be missing for ever: they would be taken for
                // the proof that it was there. So none is given up while the task lives.
                .option("kafka.delivery.timeout.ms", Integer.toString(Integer.MAX_VALUE))
                .option("kafka.enable.idempotence", "true");
        settings.hub().clientOptions().forEach((name, value) -> writer.option("kafka." + name, value));
        return start(writer, FAN_OUT);
    }

    private StreamingQuery startFolding() throws TimeoutException {
        if (spark.sparkContext().defaultParallelism() < settings.slots()) {
            throw new IllegalStateException("the real-time engine needs " + settings.slots()
                    + " task slots, one for each partition of " + settings.hub().topic() + " and of "
                    + settings.entityTopic() + "; there are "
                    + spark.sparkContext().defaultParallelism() + ". Partitions without a slot would not be read");
        }
        takeKeys();
        KafkaSource entities = new KafkaSource(
                settings.hub().bootstrap(),
                settings.entityTopic(),
                settings.hub().clientOptions(),
                settings.hub().maxEventsPerBatch());
        return start(
                KafkaMessages.realTime(spark, entities)
                        .writeStream()
                        .foreach(new FoldEvents(settings.engine(), settings.redis(), epoch, keysWritten, delaysMs)),
                NAME);
    }

    private void takeKeys() {
        boolean used = used();
        try {
            new RealTimeClaim(
                            RedisWriters.of(settings.redis()), settings.engine().engine())
                    .take(epoch, used);
        } catch (JedisException e) {
            if (!used) {
                throw e;
            }
            // An outage. The tasks look again before they write, and the query is started until Redis answers.
            LOG.warn("cannot see whether Redis still has the states: {}", e.getMessage());
        }
    }

    private StreamingQuery start(DataStreamWriter<Row> writer, String name) throws TimeoutException {
        return writer.queryName(name)
                .outputMode(OutputMode.Update())
                .option("checkpointLocation", checkpoint(name))
                .trigger(Trigger.RealTime(BATCH.toMillis(), TimeUnit.MILLISECONDS))
                .start();
    }

    private String checkpoint(String query) {
        return settings.checkpoint() + "/" + query;
    }

    /** Whether messages were folded under this checkpoint, as far as a finished batch says. */
    private boolean used() {
        Path commits = new Path(checkpoint(NAME), "commits");
        try {
            return commits.getFileSystem(spark.sparkContext().hadoopConfiguration())
                    .exists(commits);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into the checkpoint " + commits, e);
        }
    }

    /** Counts are known when a batch ends. */
    @Override
    public StreamingQueryListener listener() {
        return new ProgressListener(NAME, this::ended);
    }

    private void ended(StreamingQueryProgress query) {
        PublishedBatch batch = new PublishedBatch(
                epoch,
                query.batchId(),
                CheckpointEpoch.sequence(epoch, query.batchId()),
                List.copyOf(progress.value().values()),
                keysWritten.value(),
                delaysMs.value(),
                Duration.ofMillis(query.batchDuration()));
        progress.reset();
        keysWritten.reset();
        delaysMs.reset();
        listener.published(batch);
    }
}
