package io.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.Blob;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Fault;
import io.tollgate.local.backends.Service;
import io.tollgate.pipeline.config.EngineSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.Protocol;

/** A running pipeline whose Redis is slow, or comes back without its keys. */
@Timeout(600)
class PublishingDrillIT {
    private static final EngineSource ENGINE = new EngineSource("fraud-v3", "secret of the publishing drill");
    private static final int LARGEST_BATCH = 150;

    @TempDir
    private static Path directory;

    private static BackendsProcess backends;
    private static RunningPipeline pipeline;
    private static KafkaProducer<byte[], byte[]> producer;
    private static final SyntheticEvents EVENTS = new SyntheticEvents(ENGINE.engine());
    private static final List<byte[]> SENT = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
        String kafka =
                Objects.requireNonNull(backends.settings().kafkaProperties().get("bootstrap.servers"));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new ByteArraySerializer(), new ByteArraySerializer());
        send(20);
        pipeline = RunningPipeline.start(
                directory,
                Map.of(
                        "TOLLGATE_REDIS_URI", backends.settings().redisUri(),
                        "TOLLGATE_KAFKA_BOOTSTRAP", kafka,
                        "TOLLGATE_KEY_SECRET", ENGINE.keySecret(),
                        "TOLLGATE_FEATURE_SET", ENGINE.featureSet()),
                "run",
                "--no-vectors",
                "--trigger",
                "PT1S",
                "--max-events-per-batch",
                Integer.toString(LARGEST_BATCH));
    }

    @AfterAll
    static void stop() {
        if (pipeline != null) {
            pipeline.close();
        }
        producer.close();
        backends.close();
    }

    @Test
    void publisher_losesNothingAndShowsItsLag_whenRedisIsSlow() throws Exception {
        awaitEverythingIn(expected());
        long longestBatchMs = 0;
        long oldestBeatMs = 0;
        long largestBatch = 0;
        try (JedisPooled redis = redis()) {
            for (int round = 0; round < 6; round++) {
                var unused = redis.sendCommand(Protocol.Command.CLIENT, "PAUSE", "1200", "ALL");
                send(100);
                // Answered when the pause is over, before a batch that was held up could write its progress.
                for (String beat : redis.hgetAll("fs:v3:progress").values()) {
                    oldestBeatMs =
                            Math.max(oldestBeatMs, System.currentTimeMillis() - Long.parseLong(beat.split(":", -1)[1]));
                }
                var status = pipeline.await(now -> true);
                longestBatchMs = Math.max(
                        longestBatchMs, status.at("/publisher/lastBatchMs").asLong());
                largestBatch = Math.max(
                        largestBatch, status.at("/publisher/lastBatchEvents").asLong());
            }
        }
        awaitEverythingIn(expected());
        var end = pipeline.await(status -> status.at("/publisher/eventsSeen").asLong() >= SENT.size());
        largestBatch =
                Math.max(largestBatch, end.at("/publisher/lastBatchEvents").asLong());
        longestBatchMs =
                Math.max(longestBatchMs, end.at("/publisher/lastBatchMs").asLong());

        assertThat(longestBatchMs).as("a batch waits for Redis").isGreaterThan(300);
        assertThat(oldestBeatMs).as("the heartbeat is as late as the writes").isGreaterThan(1_000);
        assertThat(largestBatch).as("events pile up on the log, not in memory").isLessThanOrEqualTo(LARGEST_BATCH);
        try (JedisPooled redis = redis()) {
            assertThat(redis.hgetAll("fs:v3:progress").values())
                    .as("all has been seen")
                    .anyMatch(beat -> Long.parseLong(beat.split(":", -1)[0]) == newestEventMs());
        }
    }

    @Test
    void redis_holdsWhatItHeldBefore_whenItRestartedEmptyAndWasRebuilt() throws Exception {
        awaitEverythingIn(expected());
        backends.inject(Fault.REDIS_KILL);
        backends.inject(Fault.REDIS_RESTART);
        int before = SENT.size();
        send(50);

        // By itself the publisher goes on: whoever pays is known again, with all that he paid before.
        awaitEverythingIn(expectedOf(before));
        pipeline.await(status -> status.at("/history/rowsInDelta").asLong() == SENT.size());
        Map<String, Long> sequences = sequences(expectedOf(before));
        int code = Pipeline.execute(
                "backfill",
                "--publish",
                "--data-dir",
                directory.toString(),
                "--threads",
                "2",
                "--redis-uri",
                backends.settings().redisUri(),
                "--key-secret",
                ENGINE.keySecret());

        assertThat(code).isZero();
        assertThat(missing(expected())).isEmpty();
        assertThat(sequences(expectedOf(before)))
                .as("what the publisher wrote stays")
                .isEqualTo(sequences);
        try (JedisPooled redis = redis()) {
            assertThat(redis.keys("fs:v3:{*")).hasSameSizeAs(expected().keySet());
        }
    }

    private static JedisPooled redis() {
        return new JedisPooled(URI.create(backends.settings().redisUri()));
    }

    private static void send(int count) {
        for (int i = 0; i < count; i++) {
            SyntheticEvents.Message message = EVENTS.next(Instant.now());
            SENT.add(message.value());
            var unused = producer.send(new ProducerRecord<>(
                    "txn_events", message.card().getBytes(StandardCharsets.US_ASCII), message.value()));
        }
        producer.flush();
    }

    private static long newestEventMs() {
        return PlainFold.decoded(ENGINE, SENT).get(SENT.size() - 1).timeMs();
    }

    /** By key, what a plain loop over all events leaves. */
    private static Map<String, byte[]> expected() {
        return expectedOf(0);
    }

    /** Of the entities that are named by messages from an index on. */
    private static Map<String, byte[]> expectedOf(int from) {
        return PlainFold.expected(ENGINE, SENT, from);
    }

    private static void awaitEverythingIn(Map<String, byte[]> expected) throws Exception {
        pipeline.await(status -> missing(expected).isEmpty());
    }

    private static List<String> missing(Map<String, byte[]> expected) {
        try (JedisPooled redis = redis()) {
            return PlainFold.missing(redis, expected);
        }
    }

    private static Map<String, Long> sequences(Map<String, byte[]> keys) {
        Map<String, Long> sequences = new HashMap<>();
        try (JedisPooled redis = redis()) {
            for (String key : keys.keySet()) {
                sequences.put(key, Blob.sequence(redis.get(key.getBytes(StandardCharsets.US_ASCII))));
            }
        }
        return sequences;
    }
}
