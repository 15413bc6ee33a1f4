package io.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.spec.ActiveFeatureSet;
import io.tollgate.features.spec.ActiveFeatureSet.Reference;
import io.tollgate.features.spec.FeatureSetReader;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.pipeline.config.EngineSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPooled;

/** A feature set is published beside the one that is served, by its command and its own stream, from log to retirement. */
@Timeout(600)
class PublishBesideIT {
    private static final EngineSource ENGINE = new EngineSource("fraud-v3", "secret of publishing beside");
    private static final int EVENTS = 200;
    private static final String V3 = FeatureSets.file("fraud-v3").text();
    private static final String V4 =
            V3.replace("version: v3", "version: v4").replaceFirst("window: 1h\n", "window: 2h\n");

    @TempDir
    private static Path directory;

    @Test
    void set_isPublishedComparedAndRetired_besideTheOneThatIsServed() throws Exception {
        String v4 = Files.writeString(directory.resolve("v4.yaml"), V4).toString();
        String other = Files.writeString(
                        directory.resolve("other.yaml"), V4.replaceFirst("window: 2h\n", "window: 3h\n"))
                .toString();
        try (BackendsProcess backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA))) {
            String kafka =
                    Objects.requireNonNull(backends.settings().kafkaProperties().get("bootstrap.servers"));
            Map<String, String> environment = Map.of(
                    "TOLLGATE_REDIS_URI", backends.settings().redisUri(),
                    "TOLLGATE_KAFKA_BOOTSTRAP", kafka,
                    "TOLLGATE_KEY_SECRET", ENGINE.keySecret());
            send(kafka);
            try (JedisPooled redis =
                    new JedisPooled(URI.create(backends.settings().redisUri()))) {
                try (RunningPipeline served = RunningPipeline.start(directory.resolve("v3"), environment, "stream");
                        RunningPipeline beside = RunningPipeline.start(
                                directory.resolve("v4"), environment, "feature-set", "publish", v4)) {
                    served.await(status -> status.at("/publisher/eventsSeen").asLong() == EVENTS);
                    beside.await(status -> status.at("/publisher/eventsSeen").asLong() == EVENTS);

                    assertThat(redis.hget(ActiveFeatureSet.PUBLISHED_KEY, "v4")).isEqualTo(V4);
                    String coverage = run(backends, 0, "feature-set", "coverage", "fraud-v3", v4);
                    assertThat(coverage).contains("100.0% of").contains("are known to fraud-v4");
                    assertThat(coverage).containsPattern("amount_to_mean_ratio +[0-9,]+ +0 ");
                    assertThat(run(backends, 2, "stream", "--feature-set", other, "--key-secret", ENGINE.keySecret()))
                            .contains("v4 is published already as fraud-v4")
                            .contains("another version");
                    redis.set(ActiveFeatureSet.KEY, active());
                    assertThat(run(backends, 2, "feature-set", "retire", "v4")).contains("v4 is active");
                    assertThat(run(backends, 2, "feature-set", "retire", "v3")).contains("publisher of v3 is at work");
                }
                awaitRetired(backends);

                assertThat(redis.keys("fs:v3:*")).isEmpty();
                assertThat(redis.keys("fs:v4:{card:*")).isNotEmpty();
            }
        }
    }

    /** Its publisher counts as at work until it has been silent for a while. */
    private static void awaitRetired(BackendsProcess backends) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        String said = "";
        while (!said.contains("keys of v3 deleted")) {
            assertThat(System.nanoTime()).as(said).isLessThan(deadline);
            said = run(backends, -1, "feature-set", "retire", "v3");
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static String active() {
        return new ActiveFeatureSet(
                        1,
                        Reference.of(FeatureSetReader.read("test", V4)),
                        Reference.of(FeatureSetReader.read("test", V3)))
                .encode();
    }

    private static void send(String kafka) {
        SyntheticEvents events = new SyntheticEvents(ENGINE.engine());
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < EVENTS; i++) {
                SyntheticEvents.Message message = events.next(Instant.now());
                var unused = producer.send(new ProducerRecord<>(
                        "txn_events", message.card().getBytes(StandardCharsets.US_ASCII), message.value()));
            }
        }
    }

    /** Runs a command in this process and answers with all that it printed. */
    private static String run(BackendsProcess backends, int code, String... command) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        String[] arguments = Arrays.copyOf(command, command.length + 2);
        arguments[command.length] = "--redis-uri";
        arguments[command.length + 1] = backends.settings().redisUri();
        int actual;
        try (PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            actual = Pipeline.execute(arguments);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        String text = printed.toString(StandardCharsets.UTF_8);
        if (code >= 0) {
            assertThat(actual).as(text).isEqualTo(code);
        }
        return text;
    }
}
