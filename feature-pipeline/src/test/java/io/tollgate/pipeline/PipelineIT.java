package io.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.pipeline.batch.Backfill;
import io.tollgate.pipeline.command.DecisionsCommand;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.publish.RedisTarget;
import io.tollgate.pipeline.spark.SparkSessions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPooled;

/**
 * A shuffled history with duplicates, late events and bad messages goes through real Kafka, two kills and two restarts;
 * Redis and Delta then hold what a clean backfill of the history in its order gives, and what a plain loop over its events
 * does.
 *
 * <p>What comes later than the lateness that was declared is counted like all else in the states, and so in Redis. Vectors
 * that were written before it came stay (ADR 43), those of its own merchant therefore; of a second delivery that late only
 * Delta knows that it is one.
 */
class PipelineIT {
    private static final String SECRET = "secret of the integration test";
    private static final EngineSource SOURCE = new EngineSource(featureSet(), SECRET);
    private static final int SEED = 20_261_121;

    @TempDir
    private Path directory;

    private final FeatureEngine engine = SOURCE.engine();

    @Test
    void pipeline_endsWhereACleanBackfillEnds_whenKilledTwiceOverAShuffledHistory() throws Exception {
        try (BackendsProcess backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA))) {
            String kafka =
                    Objects.requireNonNull(backends.settings().kafkaProperties().get("bootstrap.servers"));
            Map<String, String> environment = Map.of(
                    "TOLLGATE_REDIS_URI",
                    backends.settings().redisUri(),
                    "TOLLGATE_KAFKA_BOOTSTRAP",
                    kafka,
                    "TOLLGATE_KEY_SECRET",
                    SECRET,
                    "TOLLGATE_FEATURE_SET",
                    featureSet());
            List<DisturbedHistory.Event> events =
                    DisturbedHistory.history(SEED, Instant.now().truncatedTo(ChronoUnit.MILLIS));
            List<String> messages = DisturbedHistory.disturbed(events, SEED);
            int third = messages.size() / 3;
            DisturbedHistory.send(kafka, messages.subList(0, third));
            try (RunningPipeline first = start(environment)) {
                first.await(status -> status.at("/publisher/eventsSeen").asLong() > 0);
                first.kill();
            }
            DisturbedHistory.send(kafka, messages.subList(third, 2 * third));
            try (RunningPipeline second = start(environment)) {
                second.await(status -> status.at("/history/rowsInDelta").asLong() > 0);
                second.kill();
            }
            DisturbedHistory.send(kafka, messages.subList(2 * third, messages.size()));
            String redis = backends.settings().redisUri();
            try (RunningPipeline last = start(environment);
                    SparkSession spark = SparkSessions.batch("pipeline-it", new SparkSessions.Size(2, 2))) {
                String clean = backfill(spark, events, cleanDatabase(redis));
                JsonNode end =
                        last.await(status -> status.at("/history/rowsInDelta").asLong() == events.size()
                                && status.at("/history/eventsSeen").asLong() == messages.size()
                                && status.at("/publisher/batches").asLong() > 0);
                assertThat(end.at("/history/quarantined").asLong()).isEqualTo(DisturbedHistory.BAD);
                assertThat(end.at("/history/duplicates").asLong())
                        .isEqualTo(messages.size() - DisturbedHistory.BAD - events.size());
                assertRedisHolds(events, redis, last);
                assertCountsAddUp(spark, messages);
                awaitVectors(spark, last, kafka, events);
                assertDeltaHolds(spark, clean, events);
            }
        }
    }

    private RunningPipeline start(Map<String, String> environment) throws Exception {
        return RunningPipeline.start(directory, environment, "run", "--trigger", "PT1S", "--lateness", "PT1H");
    }

    /** Of the same server, for the backfill. */
    private static URI cleanDatabase(String redisUri) {
        return URI.create(redisUri + "/1");
    }

    /** By Spark, from a file in the order of history: vectors into Delta, states into a Redis database of its own. */
    private String backfill(SparkSession spark, List<DisturbedHistory.Event> events, URI redis) throws IOException {
        Path transactions = directory.resolve("history.csv");
        Files.writeString(transactions, DisturbedHistory.csv(events));
        Path mapping = directory.resolve("mapping.yaml");
        Files.writeString(mapping, DisturbedHistory.MAPPING);
        String delta = directory.resolve("clean").toString();
        new Backfill(
                        spark,
                        new Backfill.Input(
                                SOURCE, transactions, mapping.toString(), null, RedisTarget.of(redis, false), 2))
                .writeDelta(delta, Instant.now().getEpochSecond());
        return delta;
    }

    private void assertRedisHolds(List<DisturbedHistory.Event> events, String redisUri, RunningPipeline pipeline)
            throws Exception {
        Map<String, byte[]> expected = PlainFold.expected(SOURCE, messages(events), 0);
        Set<String> countedTwice = keysOf(DisturbedHistory.TWICE_TOO_LATE);
        try (JedisPooled streamed = new JedisPooled(URI.create(redisUri));
                JedisPooled clean = new JedisPooled(cleanDatabase(redisUri))) {
            // The last batch may still be on its way.
            pipeline.await(status -> expected.entrySet().stream()
                    .filter(entry -> !countedTwice.contains(entry.getKey()))
                    .allMatch(entry -> Arrays.equals(content(streamed, entry.getKey()), entry.getValue())));
            assertThat(streamed.keys("fs:v1:{*")).containsExactlyInAnyOrderElementsOf(expected.keySet());
            assertThat(streamed.hgetAll("fs:v1:progress")).isNotEmpty();
            assertThat(clean.keys("*")).containsExactlyInAnyOrderElementsOf(expected.keySet());
            for (String key : expected.keySet()) {
                if (!countedTwice.contains(key)) {
                    assertThat(content(streamed, key)).as(key).isEqualTo(content(clean, key));
                }
            }
        }
    }

    /** Of the groups of the card, the device and the merchant with this number. */
    private Set<String> keysOf(String number) {
        IdHasher hasher = IdHasher.of(SECRET);
        Map<EntityType, String> tokens = Map.of(
                EntityType.CARD, "c-" + number, EntityType.DEVICE, "d-" + number, EntityType.MERCHANT, "m-" + number);
        Set<String> keys = new HashSet<>();
        tokens.forEach((type, token) -> {
            for (int group = 0; group < engine.featureSet().groups().size(); group++) {
                keys.add(new String(engine.groupKey(group, hasher.idHash(type, token)), StandardCharsets.US_ASCII));
            }
        });
        return keys;
    }

    /** Payments of nobody, hours later, let the watermark pass all that came before them. */
    private void awaitVectors(
            SparkSession spark, RunningPipeline pipeline, String kafka, List<DisturbedHistory.Event> events)
            throws Exception {
        long payments =
                events.stream().filter(DisturbedHistory.Event::isPayment).count();
        AtomicInteger clock = new AtomicInteger();
        pipeline.await(status -> {
            long written = vectorsOf(spark, delta()).count();
            if (written < payments) {
                DisturbedHistory.send(kafka, List.of(DisturbedHistory.clock(clock.incrementAndGet())));
            }
            return written >= payments;
        });
    }

    private String delta() {
        return directory.resolve("delta").toString();
    }

    private void assertDeltaHolds(SparkSession spark, String clean, List<DisturbedHistory.Event> events)
            throws IOException {
        assertThat(HistoryTable.TXN_EVENTS
                        .read(spark, delta())
                        .where(DisturbedHistory.NO_CLOCK)
                        .select("event_id")
                        .as(Encoders.STRING())
                        .collectAsList())
                .containsExactlyInAnyOrderElementsOf(
                        events.stream().map(DisturbedHistory.Event::id).toList());
        assertDecisionsAreTold(spark, events);
        Map<String, Row> streamed = byPayment(vectorsOf(spark, delta()));
        Map<String, Row> backfilled = byPayment(vectorsOf(spark, clean));
        Map<String, double[]> replayed = replayed(events);
        assertThat(backfilled.keySet()).isEqualTo(replayed.keySet());
        assertThat(streamed.keySet()).isEqualTo(replayed.keySet());
        for (DisturbedHistory.Event event : events) {
            if (event.isPayment() && !event.meetsLateOnes()) {
                Row row = Objects.requireNonNull(streamed.get(event.id()));
                assertThat(row).as(event.id()).isEqualTo(backfilled.get(event.id()));
                assertThat(row.getList(row.fieldIndex("vector")))
                        .as(event.id())
                        .isEqualTo(Arrays.stream(Objects.requireNonNull(replayed.get(event.id())))
                                .boxed()
                                .toList());
            }
        }
    }

    private void assertDecisionsAreTold(SparkSession spark, List<DisturbedHistory.Event> events) throws IOException {
        Path file = directory.resolve("decisions.csv");
        DecisionsCommand.write(spark, delta(), file);
        assertThat(Files.readAllLines(file))
                .filteredOn(line -> !line.startsWith("tx-clock-"))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("transaction_id,decision,decided_at"),
                                events.stream()
                                        .filter(DisturbedHistory.Event::isPayment)
                                        .map(DisturbedHistory.Event::told))
                        .toList());
    }

    private void assertCountsAddUp(SparkSession spark, List<String> messages) {
        Dataset<Row> runs = HistoryTable.PIPELINE_RUNS.read(spark, delta());
        assertThat(runs.where("status <> 'ok'").count()).isZero();
        assertThat(HistoryTable.TXN_EVENTS_QUARANTINE
                        .read(spark, delta())
                        .selectExpr("concat(defect, ' ', rule)")
                        .as(Encoders.STRING())
                        .collectAsList())
                .containsExactlyInAnyOrderElementsOf(DisturbedHistory.BAD_ONES.keySet());
        // Every payment of the test comes without an account, each delivery of it.
        long payments = messages.stream()
                .filter(message -> message.contains("\"type\":\"authorization\""))
                .count();
        assertThat(runs.selectExpr("sum(get_json_object(details, '$.expectations.account_known'))")
                        .as(Encoders.DOUBLE())
                        .head())
                .isEqualTo((double) (payments - DisturbedHistory.BAD));
    }

    /** Whole rows, but for the run that wrote them. */
    private static Dataset<Row> vectorsOf(SparkSession spark, String delta) {
        return HistoryTable.FRAUD_FEATURE_HISTORY
                .read(spark, delta)
                .where(DisturbedHistory.NO_CLOCK)
                .drop("run_sequence")
                .withColumn("event_date", functions.col("event_date").cast("string"));
    }

    /** Fails when a payment has two rows. */
    private static Map<String, Row> byPayment(Dataset<Row> vectors) {
        return vectors.collectAsList().stream()
                .collect(Collectors.toMap(row -> row.getAs("transaction_id"), Function.identity()));
    }

    /** By a plain loop. */
    private Map<String, double[]> replayed(List<DisturbedHistory.Event> events) {
        Map<String, double[]> vectors = new HashMap<>();
        Replay replay = new Replay(engine);
        for (FeatureEvent event : PlainFold.decoded(SOURCE, messages(events))) {
            if (event instanceof FeatureEvent.Decided payment) {
                vectors.put(payment.eventId(), replay.next(payment));
            } else {
                replay.fold(event);
            }
        }
        return vectors;
    }

    private static List<byte[]> messages(List<DisturbedHistory.Event> events) {
        return events.stream()
                .map(event -> event.message().getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static byte[] content(JedisPooled redis, String key) {
        return PlainFold.content(redis.get(key.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String featureSet() {
        return Path.of("src/test/resources/io/tollgate/pipeline/test-v1.yaml")
                .toAbsolutePath()
                .toString();
    }
}
