package io.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.EventOrder;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.pipeline.batch.Backfill;
import io.tollgate.pipeline.command.DecisionsCommand;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.publish.RedisTarget;
import io.tollgate.pipeline.spark.SparkSessions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
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
            List<Events.Event> events = Events.history(SEED, Instant.now().truncatedTo(ChronoUnit.MILLIS));
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
            String redis = backends.settings().redisUri();
            try (RunningPipeline last = start(environment);
                    SparkSession spark = SparkSessions.batch("pipeline-it", new SparkSessions.Size(2, 2))) {
                String clean = backfill(spark, events, cleanDatabase(redis));
                JsonNode end =
                        last.await(status -> status.at("/history/rowsInDelta").asLong() == events.size()
                                && status.at("/history/eventsSeen").asLong() == messages.size()
                                && status.at("/publisher/batches").asLong() > 0);
                assertThat(end.at("/history/quarantined").asLong()).isEqualTo(Events.BAD);
                assertThat(end.at("/history/duplicates").asLong())
                        .isEqualTo(messages.size() - Events.BAD - events.size());
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
    private String backfill(SparkSession spark, List<Events.Event> events, URI redis) throws IOException {
        Path transactions = directory.resolve("history.csv");
        Files.writeString(transactions, Events.csv(events));
        Path mapping = directory.resolve("mapping.yaml");
        Files.writeString(mapping, Events.MAPPING);
        String delta = directory.resolve("clean").toString();
        new Backfill(
                        spark,
                        new Backfill.Input(
                                new EngineSource(featureSet(), SECRET),
                                transactions,
                                mapping.toString(),
                                null,
                                RedisTarget.of(redis, false),
                                2))
                .writeDelta(delta, Instant.now().getEpochSecond());
        return delta;
    }

    private void assertRedisHolds(List<Events.Event> events, String redisUri, RunningPipeline pipeline)
            throws Exception {
        Replay replay = new Replay(engine);
        decoded(events).forEach(replay::fold);
        Map<String, byte[]> expected = new HashMap<>();
        for (Map.Entry<EntityRef, EntityState> entry : replay.states().entrySet()) {
            for (Published blob : entry.getValue().publish(entry.getKey().idHash(), 1, 1)) {
                expected.put(new String(blob.key(), StandardCharsets.US_ASCII), content(blob.blob()));
            }
        }
        Set<String> countedTwice = keysOf(Events.TWICE_TOO_LATE);
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
    private void awaitVectors(SparkSession spark, RunningPipeline pipeline, String kafka, List<Events.Event> events)
            throws Exception {
        long payments = events.stream().filter(Events.Event::isPayment).count();
        AtomicInteger clock = new AtomicInteger();
        pipeline.await(status -> {
            long written = vectorsOf(spark, delta()).count();
            if (written < payments) {
                Events.send(kafka, List.of(Events.clock(clock.incrementAndGet())));
            }
            return written >= payments;
        });
    }

    private String delta() {
        return directory.resolve("delta").toString();
    }

    private void assertDeltaHolds(SparkSession spark, String clean, List<Events.Event> events) throws IOException {
        assertThat(HistoryTable.TXN_EVENTS
                        .read(spark, delta())
                        .where(Events.NO_CLOCK)
                        .select("event_id")
                        .as(Encoders.STRING())
                        .collectAsList())
                .containsExactlyInAnyOrderElementsOf(
                        events.stream().map(Events.Event::id).toList());
        assertDecisionsAreTold(spark, events);
        Map<String, Row> streamed = byPayment(vectorsOf(spark, delta()));
        Map<String, Row> backfilled = byPayment(vectorsOf(spark, clean));
        Map<String, double[]> replayed = replayed(events);
        assertThat(backfilled.keySet()).isEqualTo(replayed.keySet());
        assertThat(streamed.keySet()).isEqualTo(replayed.keySet());
        for (Events.Event event : events) {
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

    private void assertDecisionsAreTold(SparkSession spark, List<Events.Event> events) throws IOException {
        Path file = directory.resolve("decisions.csv");
        DecisionsCommand.write(spark, delta(), file);
        assertThat(Files.readAllLines(file))
                .filteredOn(line -> !line.startsWith("tx-clock-"))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("transaction_id,decision,decided_at"),
                                events.stream().filter(Events.Event::isPayment).map(Events.Event::told))
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

    /** Whole rows, but for the run that wrote them. */
    private static Dataset<Row> vectorsOf(SparkSession spark, String delta) {
        return HistoryTable.FRAUD_FEATURE_HISTORY
                .read(spark, delta)
                .where(Events.NO_CLOCK)
                .drop("run_sequence")
                .withColumn("event_date", functions.col("event_date").cast("string"));
    }

    /** Fails when a payment has two rows. */
    private static Map<String, Row> byPayment(Dataset<Row> vectors) {
        return vectors.collectAsList().stream()
                .collect(Collectors.toMap(row -> row.getAs("transaction_id"), Function.identity()));
    }

    /** By a plain loop. */
    private Map<String, double[]> replayed(List<Events.Event> events) {
        Map<String, double[]> vectors = new HashMap<>();
        Replay replay = new Replay(engine);
        for (FeatureEvent event : decoded(events)) {
            if (event instanceof FeatureEvent.Decided payment) {
                vectors.put(payment.eventId(), replay.next(payment));
            } else {
                replay.fold(event);
            }
        }
        return vectors;
    }

    private List<FeatureEvent> decoded(List<Events.Event> events) {
        EventParser parser = new EventParser(EventRules.DEFAULT, engine, EventParser.Detail.EVENT);
        List<FeatureEvent> decoded = new ArrayList<>();
        for (Events.Event event : events) {
            ParsedEvent parsed =
                    parser.parse(event.message().getBytes(StandardCharsets.UTF_8), System.currentTimeMillis());
            assertThat(parsed).isInstanceOf(ParsedEvent.Accepted.class);
            decoded.add(((ParsedEvent.Accepted) parsed).event());
        }
        decoded.sort(EventOrder.COMPARATOR);
        return decoded;
    }

    private static byte[] content(JedisPooled redis, String key) {
        return content(redis.get(key.getBytes(StandardCharsets.US_ASCII)));
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

        private static final DateTimeFormatter MILLIS =
                new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

        private static final int DUPLICATE_EVERY = 10;

        /** Messages within this many of one another may change places: half an hour of events, within the lateness. */
        private static final int DISORDER = 200;

        /** So many of the oldest payments, each of this merchant, arrive with the last third: hours later than declared. */
        private static final int LATE = 20;

        private static final int LATE_MERCHANT = 0;

        /** Pays at the beginning and at the end; its first payment is delivered again after its last. */
        static final String TWICE_TOO_LATE = "twice";

        /** Behind the history: more than the lateness, so that time can go on by as much. */
        private static final Duration SILENCE = Duration.ofHours(2);

        /** Payments that are there for their time alone. */
        static final String NO_CLOCK = "transaction_id NOT LIKE 'tx-clock-%'";

        /** What a file with a line for each payment says of its columns. */
        static final String MAPPING = """
                fields:
                  transactionId: {column: id}
                  occurredAt: {column: at}
                  amount.value: {column: amount}
                  amount.currency: {value: EUR}
                  card.token: {column: card}
                  card.entryMode: {value: ECOM}
                  merchant.id: {column: merchant}
                  merchant.categoryCode: {value: "5411"}
                  merchant.country: {value: DE}
                  device.id: {column: device}
                outcome: {column: fraud, fraud: ["1"], genuine: ["0"], knownAfter: 5s}
                """;

        /**
         * @param line of the file; an outcome stands in its payment's
         * @param message of the hub
         * @param late whether it comes later than declared
         * @param meetsLateOnes whether its vector depends on events that come later than declared
         */
        record Event(String id, String line, String message, boolean late, boolean meetsLateOnes) {
            boolean isPayment() {
                return !line.isEmpty();
            }

            /** As a line of decisions; it was made when the payment happened. */
            String told() {
                return id + ",APPROVE," + MILLIS.format(Instant.parse(line.split(",", -1)[1]));
            }
        }

        /** In the order of their times, but for outcomes, which stand behind their payments. */
        static List<Event> history(int seed, Instant now) {
            Random random = new Random(seed);
            List<Event> events = new ArrayList<>();
            Instant first = now.minus(SILENCE).minusSeconds(10L * PAYMENTS);
            add(events, "tx-twice-1", first, "1.00", TWICE_TOO_LATE, TWICE_TOO_LATE, TWICE_TOO_LATE, "", true);
            for (int i = 0; i < PAYMENTS; i++) {
                int card = random.nextInt(40);
                int merchant = i < LATE ? LATE_MERCHANT : random.nextInt(15);
                String fraud = i % 25 == 24 ? random.nextBoolean() ? "1" : "0" : "";
                add(
                        events,
                        "tx-" + i,
                        first.plusSeconds(10L * (i + 1)),
                        amount(random),
                        i < LATE ? "late" : Integer.toString(card),
                        Integer.toString(merchant),
                        i < LATE ? "late" : Integer.toString(card / 2),
                        fraud,
                        merchant == LATE_MERCHANT);
            }
            Instant last = first.plusSeconds(10L * (PAYMENTS + 1));
            add(events, "tx-twice-2", last, "1.00", TWICE_TOO_LATE, TWICE_TOO_LATE, TWICE_TOO_LATE, "", true);
            return events;
        }

        private static void add(
                List<Event> events,
                String id,
                Instant at,
                String amount,
                String card,
                String merchant,
                String device,
                String fraud,
                boolean meetsLateOnes) {
            boolean late = card.equals("late");
            String line =
                    String.join(",", id, at.toString(), amount, "c-" + card, "m-" + merchant, "d-" + device, fraud);
            events.add(new Event(id, line, payment(id, at, amount, card, merchant, device), late, meetsLateOnes));
            if (!fraud.isEmpty()) {
                String outcome = outcome(id, at, amount, card, merchant, fraud.equals("1"));
                events.add(new Event("o:" + id, "", outcome, late, meetsLateOnes));
            }
        }

        static String csv(List<Event> events) {
            return events.stream()
                    .filter(Event::isPayment)
                    .map(Event::line)
                    .collect(Collectors.joining("\n", "id,at,amount,card,merchant,device,fraud\n", "\n"));
        }

        static List<String> disturbed(List<Event> events, int seed) {
            Random random = new Random(seed);
            List<String> messages = new ArrayList<>();
            List<Event> inTime = events.stream().filter(event -> !event.late()).toList();
            for (int from = 0; from < inTime.size(); from += DISORDER) {
                List<String> part =
                        new ArrayList<>(inTime.subList(from, Math.min(inTime.size(), from + DISORDER)).stream()
                                .map(Event::message)
                                .toList());
                List<String> again = new ArrayList<>();
                // Not the very first, which is to come again too late, and once.
                for (int i = 1; i < part.size(); i += DUPLICATE_EVERY) {
                    again.add(part.get(i));
                }
                part.addAll(again);
                Collections.shuffle(part, random);
                messages.addAll(part);
            }
            for (Event event : events) {
                if (event.late()) {
                    int lastThird = messages.size() * 2 / 3 + LATE;
                    messages.add(lastThird + random.nextInt(messages.size() - lastThird), event.message());
                }
            }
            BAD_ONES.forEach((verdict, edit) -> {
                String good = payment(
                        "tx-1000000", Instant.now().truncatedTo(ChronoUnit.MILLIS), amount(random), "1", "1", "0");
                String bad = good.replaceAll(edit[0], edit[1]);
                assertThat(bad).as(verdict).isNotEqualTo(good);
                messages.add(random.nextInt(messages.size()), bad);
            });
            messages.add(events.get(0).message());
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

        static String clock(int number) {
            Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            return payment("tx-clock-" + number, now, "1.00", "clock", "clock", "clock");
        }

        private static String amount(Random random) {
            return "%d.%02d".formatted(random.nextInt(200), random.nextInt(100));
        }

        private static String payment(
                String id, Instant at, String amount, String card, String merchant, String device) {
            String body = "{'transactionId':'%s','occurredAt':'%s','amount':{'value':'%s','currency':'EUR'},"
                    + "'card':{'token':'c-%s','entryMode':'ECOM'},"
                    + "'merchant':{'id':'m-%s','categoryCode':'5411','country':'DE'},'device':{'id':'d-%s'}}";
            return ("{'schema':'tollgate.txn_event/1','type':'authorization','eventId':'" + id + "','transactionId':'"
                            + id + "','occurredAt':'" + at + "','decidedAt':'" + at + "','authorization':"
                            + body.formatted(id, at, amount, card, merchant, device)
                            + ",'decision':'APPROVE','score':0.1}")
                    .replace('\'', '"');
        }

        private static String outcome(
                String id, Instant at, String amount, String card, String merchant, boolean fraud) {
            String json = "{'schema':'tollgate.txn_event/1','type':'outcome','eventId':'o:%s','transactionId':'%s',"
                    + "'occurredAt':'%s','knownAt':'%s','fraud':%b,'amount':{'value':'%s','currency':'EUR'},"
                    + "'card':{'token':'c-%s'},'merchant':{'id':'m-%s'}}";
            return json.formatted(id, id, at, at.plusSeconds(5), fraud, amount, card, merchant)
                    .replace('\'', '"');
        }
    }
}
