package io.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.publish.RedisClients;
import io.tollgate.pipeline.publish.RedisTarget;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.hadoop.fs.FileUtil;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.UnifiedJedis;

/** The real-time engine in a process of its own, on real Kafka and Redis: killed in the middle, and robbed of its state. */
@Timeout(600)
class RealTimeIT {
    private static final EngineSource ENGINE = new EngineSource("fraud-v3", "secret of the real-time engine's test");
    /** Marks tests that want two nodes instead of a plain server. */
    private static final String CLUSTER = "cluster";

    private static final long SEED = 20_261_128;
    private static final int PAYMENTS = 2_400;

    /** Within the lateness in which the second delivery of an event is recognised. */
    private static final int SPREAD_SECONDS = 480;

    @TempDir
    private Path directory;

    private BackendsProcess backends;
    private KafkaProducer<byte[], byte[]> producer;
    private UnifiedJedis redis;

    @BeforeEach
    void start(TestInfo test) throws Exception {
        int nodes = test.getTags().contains(CLUSTER) ? 2 : 0;
        backends = BackendsProcess.start(
                BackendOptions.only(Service.REDIS, Service.KAFKA).withRedisNodes(nodes));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka()), new ByteArraySerializer(), new ByteArraySerializer());
        redis = RedisClients.connect(
                RedisTarget.of(URI.create(backends.settings().redisUri()), nodes > 0), "test");
    }

    @AfterEach
    void stop() {
        redis.close();
        producer.close();
        backends.close();
    }

    @Test
    void realTime_endsWhereAPlainLoopEnds_whenKilledTwiceOverAShuffledHistory() throws Exception {
        List<SyntheticEvents.Message> messages = history(new Random(SEED));
        Map<String, byte[]> expected = PlainFold.expected(ENGINE, values(messages), 0);
        int third = messages.size() / 3;
        for (int part = 1; part <= 2; part++) {
            send(messages.subList((part - 1) * third, part * third));
            try (RunningPipeline killed = pipeline()) {
                int before = missing(expected);
                killed.await(status -> missing(expected) < before - expected.size() / 20);
                killed.kill();
            }
            assertThat(missing(expected)).as("not yet readable at kill " + part).isPositive();
        }
        send(messages.subList(2 * third, messages.size()));
        try (RunningPipeline last = pipeline()) {
            last.await(status -> missing(expected) == 0);
        }
        assertThat(PlainFold.missing(redis, expected)).isEmpty();
        // Beside each entity's groups its state, and nothing else.
        assertThat(redis.keys("fs:v3:{*").stream().filter(key -> !key.endsWith(":+state")))
                .hasSameSizeAs(expected.keySet());
        assertThat(redis.hgetAll("fs:v3:progress")).containsOnlyKeys("0");
        assertParityRefuses();
    }

    /** Before it looks at any table: an empty one would be an error, not an option that cannot be used. */
    private void assertParityRefuses() throws Exception {
        Files.createDirectories(directory.resolve("delta/txn_events"));
        assertThat(Pipeline.execute("parity", "--data-dir", directory.toString(), "--key-secret", ENGINE.keySecret()))
                .isEqualTo(2);
    }

    @Test
    @Tag(CLUSTER)
    void realTime_endsAndBeginsAnew_whenOneNodeOfItsClusterHasLostItsKeys() throws Exception {
        List<SyntheticEvents.Message> messages = history(new Random(SEED)).subList(0, 300);
        Map<String, byte[]> expected = PlainFold.expected(ENGINE, values(messages), 0);
        send(messages);
        try (RunningPipeline robbed = pipeline()) {
            robbed.await(status -> missing(expected) == 0);
            try (JedisPooled node =
                    new JedisPooled(URI.create(backends.settings().redisNodes().get(1)))) {
                assertThat(node.keys("fs:v3:{*")).isNotEmpty();
                node.flushAll();
                robbed.awaitEnd();
                assertThat(node.keys("fs:v3:{*"))
                        .as("nothing partial was written")
                        .isEmpty();
            }
        }
        assertThat(Files.readString(directory.resolve("pipeline.log"))).contains("Redis has lost the states");

        assertThat(FileUtil.fullyDelete(
                        directory.resolve("checkpoints/real-time").toFile()))
                .isTrue();
        try (RunningPipeline again = pipeline()) {
            again.await(status -> missing(expected) == 0);
        }
        assertThat(PlainFold.missing(redis, expected)).isEmpty();
    }

    private RunningPipeline pipeline() throws Exception {
        return RunningPipeline.start(
                directory,
                Map.of(
                        "TOLLGATE_REDIS_URI", backends.settings().redisUri(),
                        "TOLLGATE_REDIS_CLUSTER",
                                Boolean.toString(
                                        backends.settings().redisNodes().size() > 1),
                        "TOLLGATE_KAFKA_BOOTSTRAP", kafka(),
                        "TOLLGATE_KEY_SECRET", ENGINE.keySecret(),
                        "TOLLGATE_FEATURE_SET", ENGINE.featureSet()),
                "stream",
                "--engine",
                "real-time");
    }

    private String kafka() {
        return Objects.requireNonNull(backends.settings().kafkaProperties().get("bootstrap.servers"));
    }

    private int missing(Map<String, byte[]> expected) {
        return PlainFold.missing(redis, expected).size();
    }

    /** Payments of the last minutes in no order at all, every fifth of them twice. */
    private static List<SyntheticEvents.Message> history(Random random) {
        SyntheticEvents events = new SyntheticEvents(ENGINE.engine());
        Instant now = Instant.now();
        List<SyntheticEvents.Message> messages = new ArrayList<>();
        for (int i = 0; i < PAYMENTS; i++) {
            SyntheticEvents.Message message = events.next(now.minusMillis(random.nextInt(SPREAD_SECONDS * 1_000)));
            messages.add(message);
            if (i % 5 == 0) {
                messages.add(message);
            }
        }
        Collections.shuffle(messages, random);
        return messages;
    }

    private static List<byte[]> values(List<SyntheticEvents.Message> messages) {
        return messages.stream().map(SyntheticEvents.Message::value).toList();
    }

    private void send(List<SyntheticEvents.Message> messages) {
        for (SyntheticEvents.Message message : messages) {
            var unused = producer.send(new ProducerRecord<>(
                    "txn_events", message.card().getBytes(StandardCharsets.US_ASCII), message.value()));
        }
        producer.flush();
    }
}
