package io.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.EventOrder;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.spark.SparkSessions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPooled;

/**
 * A shuffled history with duplicates and bad messages goes through real Kafka, two kills and two restarts; Redis and
 * Delta then hold what a plain loop over the events gives.
 */
class PipelineIT {
    private static final String SECRET = "secret of the integration test";
    private static final int PAYMENTS = 1_200;
    private static final int SEED = 20_261_121;

    /** Bytes of a blob's header that say when it was published, not what: sequence and publication time. */
    private static final int HEADER_FROM = 5;

    private static final int HEADER_TO = 21;

    /** At the blob's end, over the header too. */
    private static final int CHECKSUM_BYTES = 4;

    @TempDir
    private Path directory;

    private final FeatureEngine engine = FeatureEngine.compile(FeatureSets.find(featureSet()), IdHasher.of(SECRET));

    @Test
    void pipeline_endsWhereAPlainLoopEnds_whenKilledTwiceOverAShuffledHistory() throws Exception {
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
            List<String> events = Events.history(PAYMENTS, SEED, Instant.now().truncatedTo(ChronoUnit.MILLIS));
            List<String> messages = Events.disturbed(events, SEED);
            int third = messages.size() / 3;
            Events.send(kafka, messages.subList(0, third));
            try (RunningPipeline first = start(environment)) {
                first.await(status -> status.at("/publisher/eventsSeen").asLong() > 0);
                first.kill();
            }
            Events.send(kafka, messages.subList(third, 2 * third));
            try (RunningPipeline second = start(environment)) {
                second.await(status -> status.at("/history/rowsInDelta").asLong() > 0);
                second.kill();
            }
            Events.send(kafka, messages.subList(2 * third, messages.size()));
            try (RunningPipeline third3 = start(environment)) {
                JsonNode end =
                        third3.await(status -> status.at("/history/rowsInDelta").asLong() == events.size()
                                && status.at("/history/eventsSeen").asLong() == messages.size()
                                && status.at("/publisher/batches").asLong() > 0);
                assertThat(end.at("/history/quarantined").asLong()).isEqualTo(Events.BAD);
                assertThat(end.at("/history/duplicates").asLong())
                        .isEqualTo(messages.size() - Events.BAD - events.size());
                assertRedisHolds(events, backends.settings().redisUri(), third3);
            }
            assertDeltaHolds(events, messages);
        }
    }

    private RunningPipeline start(Map<String, String> environment) throws Exception {
        return RunningPipeline.start(directory, environment, "run", "--trigger", "PT1S", "--lateness", "PT1H");
    }

    private void assertRedisHolds(List<String> events, String redisUri, RunningPipeline pipeline) throws Exception {
        Replay replay = new Replay(engine);
        decoded(events).forEach(replay::fold);
        Map<String, byte[]> expected = new HashMap<>();
        for (Map.Entry<EntityRef, EntityState> entry : replay.states().entrySet()) {
            for (Published blob : entry.getValue().publish(entry.getKey().idHash(), 1, 1)) {
                expected.put(new String(blob.key(), StandardCharsets.US_ASCII), content(blob.blob()));
            }
        }
        try (JedisPooled redis = new JedisPooled(URI.create(redisUri))) {
            // The last batch may still be on its way.
            pipeline.await(status -> expected.entrySet().stream()
                    .allMatch(entry -> Arrays.equals(
                            content(redis.get(entry.getKey().getBytes(StandardCharsets.US_ASCII))), entry.getValue())));
            assertThat(redis.keys("fs:v1:{*")).hasSameSizeAs(expected.keySet());
            assertThat(redis.hgetAll("fs:v1:progress")).isNotEmpty();
        }
    }

    private void assertDeltaHolds(List<String> events, List<String> messages) throws Exception {
        String delta = directory.resolve("delta").toString();
        Map<String, double[]> expected = new HashMap<>();
        Replay replay = new Replay(engine);
        for (FeatureEvent event : decoded(events)) {
            if (event instanceof FeatureEvent.Decided payment) {
                expected.put(payment.eventId(), replay.next(payment));
            } else {
                replay.fold(event);
            }
        }
        try (SparkSession spark = SparkSessions.batch("pipeline-it", new SparkSessions.Size(2, 2))) {
            List<Row> ids = HistoryTable.TXN_EVENTS
                    .read(spark, delta)
                    .select("event_id")
                    .collectAsList();
            assertThat(ids.stream().map(row -> row.getString(0)))
                    .doesNotHaveDuplicates()
                    .hasSize(events.size());
            List<Row> vectors = HistoryTable.FRAUD_FEATURE_HISTORY
                    .read(spark, delta)
                    .select("transaction_id", "vector")
                    .collectAsList();
            assertThat(vectors).hasSizeGreaterThan(PAYMENTS / 2);
            assertThat(vectors.stream().map(row -> row.getString(0))).doesNotHaveDuplicates();
            for (Row row : vectors) {
                double[] vector = row.<Double>getList(1).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray();
                assertThat(vector).as(row.getString(0)).containsExactly(expected.get(row.getString(0)));
            }
            Dataset<Row> runs = HistoryTable.PIPELINE_RUNS.read(spark, delta);
            assertThat(runs.where("status <> 'ok'").count()).isZero();
            assertThat(HistoryTable.TXN_EVENTS_QUARANTINE
                            .read(spark, delta)
                            .selectExpr("concat(defect, ' ', rule)")
                            .as(Encoders.STRING())
                            .collectAsList())
                    .containsExactlyInAnyOrderElementsOf(Events.BAD_ONES.keySet());
            // Every payment of the test comes without an account, each delivery of it.
            long payments = messages.stream()
                    .filter(message -> message.contains("\"type\":\"authorization\""))
                    .count();
            assertThat(runs.selectExpr("sum(get_json_object(details, '$.expectations.account_known'))")
                            .as(Encoders.DOUBLE())
                            .head())
                    .isEqualTo((double) (payments - Events.BAD));
        }
    }

    private List<FeatureEvent> decoded(List<String> events) {
        EventParser parser = new EventParser(EventRules.DEFAULT, engine, EventParser.Detail.EVENT);
        List<FeatureEvent> decoded = new ArrayList<>();
        for (String event : events) {
            ParsedEvent parsed = parser.parse(event.getBytes(StandardCharsets.UTF_8), System.currentTimeMillis());
            assertThat(parsed).isInstanceOf(ParsedEvent.Accepted.class);
            decoded.add(((ParsedEvent.Accepted) parsed).event());
        }
        decoded.sort(EventOrder.COMPARATOR);
        return decoded;
    }

    private static byte[] content(byte[] blob) {
        if (blob == null) {
            return new byte[0];
        }
        byte[] content = Arrays.copyOf(blob, blob.length - CHECKSUM_BYTES);
        Arrays.fill(content, HEADER_FROM, HEADER_TO, (byte) 0);
        return content;
    }

    private static String featureSet() {
        return Path.of("src/test/resources/io/tollgate/pipeline/test-v1.yaml")
                .toAbsolutePath()
                .toString();
    }

    /** What the hub is fed with. */
    private static final class Events {
        /** Planted bad messages: what they suffer from, and how a good one becomes one. */
        private static final Map<String, String[]> BAD_ONES = Map.of(
                "INVALID schema", new String[] {"\"tollgate.txn_event/1\"", "\"tollgate.txn_event/9\""},
                "MISSING decision", new String[] {"\"decision\":\"APPROVE\",", ""},
                "INCOMPLETE device", new String[] {"\"device\":\\{\"id\":\"d-[0-9]+\"\\}", "\"device\":{}"},
                "INCONSISTENT eventId", new String[] {"\"eventId\":\"tx-", "\"eventId\":\"other-"},
                "STALE occurredAt", new String[] {"\"occurredAt\":\"[0-9]{4}", "\"occurredAt\":\"2021"},
                "INACCURATE score", new String[] {"\"score\":0.1", "\"score\":7"},
                "INACCURATE expectation.amount_plausible", new String[] {"\"value\":\"", "\"value\":\"7000000"});

        static final int BAD = BAD_ONES.size();

        private static final int DUPLICATE_EVERY = 10;

        /** Messages within this many of one another may change places: half an hour of events, within the lateness. */
        private static final int DISORDER = 200;

        static List<String> history(int payments, int seed, Instant end) {
            Random random = new Random(seed);
            List<String> events = new ArrayList<>();
            for (int i = 0; i < payments; i++) {
                Instant at = end.minusSeconds(10L * (payments - i));
                events.add(payment(i, at, random));
                if (i % 25 == 24) {
                    events.add(outcome(i, at, random));
                }
            }
            return events;
        }

        static List<String> disturbed(List<String> events, int seed) {
            Random random = new Random(seed);
            List<String> messages = new ArrayList<>();
            for (int from = 0; from < events.size(); from += DISORDER) {
                List<String> part = new ArrayList<>(events.subList(from, Math.min(events.size(), from + DISORDER)));
                List<String> again = new ArrayList<>();
                for (int i = 0; i < part.size(); i += DUPLICATE_EVERY) {
                    again.add(part.get(i));
                }
                part.addAll(again);
                Collections.shuffle(part, random);
                messages.addAll(part);
            }
            BAD_ONES.forEach((verdict, edit) -> {
                String good = payment(1_000_000, Instant.now().truncatedTo(ChronoUnit.MILLIS), random);
                String bad = good.replaceAll(edit[0], edit[1]);
                assertThat(bad).as(verdict).isNotEqualTo(good);
                messages.add(random.nextInt(messages.size()), bad);
            });
            return messages;
        }

        static void send(String kafka, List<String> messages) {
            Properties properties = new Properties();
            properties.put("bootstrap.servers", kafka);
            try (KafkaProducer<String, String> producer =
                    new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
                for (String message : messages) {
                    var unused = producer.send(new ProducerRecord<>("txn_events", null, message));
                }
                producer.flush();
            }
        }

        private static String payment(int i, Instant at, Random random) {
            int card = random.nextInt(40);
            String id = "tx-" + i;
            String body = "{'transactionId':'%s','occurredAt':'%s','amount':{'value':'%d.%02d','currency':'EUR'},"
                    + "'card':{'token':'c-%d','entryMode':'ECOM'},"
                    + "'merchant':{'id':'m-%d','categoryCode':'5411','country':'DE'},'device':{'id':'d-%d'}}";
            return ("{'schema':'tollgate.txn_event/1','type':'authorization','eventId':'" + id + "','transactionId':'"
                            + id + "','occurredAt':'" + at + "','decidedAt':'" + at + "','authorization':"
                            + body.formatted(
                                    id,
                                    at,
                                    random.nextInt(200),
                                    random.nextInt(100),
                                    card,
                                    random.nextInt(15),
                                    card / 2)
                            + ",'decision':'APPROVE','score':0.1}")
                    .replace('\'', '"');
        }

        private static String outcome(int i, Instant at, Random random) {
            String json =
                    "{'schema':'tollgate.txn_event/1','type':'outcome','eventId':'o:tx-%d','transactionId':'tx-%d',"
                            + "'occurredAt':'%s','knownAt':'%s','fraud':%b,'amount':{'value':'5.00','currency':'EUR'},"
                            + "'card':{'token':'c-1'},'merchant':{'id':'m-%d'}}";
            return json.formatted(i, i, at, at.plusSeconds(5), random.nextBoolean(), random.nextInt(15))
                    .replace('\'', '"');
        }
    }
}
