package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tollgate.client.AuthorizationRequest;
import io.tollgate.client.AuthorizationRequest.Amount;
import io.tollgate.client.AuthorizationRequest.Card;
import io.tollgate.client.AuthorizationRequest.Device;
import io.tollgate.client.AuthorizationRequest.EntryMode;
import io.tollgate.client.AuthorizationRequest.Location;
import io.tollgate.client.AuthorizationRequest.Merchant;
import io.tollgate.client.Outcome;
import io.tollgate.client.TollgateClient;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Fault;
import io.tollgate.local.backends.Service;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two replicas over one Redis and one Kafka. */
class AuthorizeIT {
    private static final long EVENTS_WITHIN_MS = 60_000;

    @TempDir
    static Path scratch;

    private static BackendsProcess backends;
    private static Replica first;
    private static Replica second;

    @BeforeAll
    static void start() throws IOException {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
        first = Replica.start(backends.settings(), scratch.resolve("first"));
        second = Replica.start(backends.settings(), scratch.resolve("second"));
    }

    @AfterAll
    static void stop() {
        Stream.of(first, second).filter(replica -> replica != null).forEach(Replica::close);
        if (backends != null) {
            backends.close();
        }
    }

    /** Reads the topic until every id was seen. */
    private static List<ConsumerRecord<String, String>> events(Set<String> ids) {
        Map<String, Object> settings = new HashMap<>(backends.settings().kafkaProperties());
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        Set<String> missing = new HashSet<>(ids);
        long end = System.currentTimeMillis() + EVENTS_WITHIN_MS;
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("txn_events").stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!missing.isEmpty() && System.currentTimeMillis() < end) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    String id = JsonMapper.shared()
                            .readTree(record.value())
                            .path("eventId")
                            .asString();
                    missing.remove(id);
                    if (ids.contains(id)) {
                        records.add(record);
                    }
                }
            }
        }
        assertThat(missing).as("events that never came").isEmpty();
        return records;
    }

    private static Schema schema() throws IOException {
        try (InputStream in =
                FeatureSets.class.getResourceAsStream("/io/tollgate/features/schema/txn-event-v1.schema.json")) {
            assertThat(in).isNotNull();
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
        }
    }

    @Test
    void authorize_answersAndPublishes_oneEventByTheSchema() throws Exception {
        HttpResponse<String> response = first.authorize(Replica.payment("it-1", "c-it-1", "57.16"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("server-timing"))
                .hasValueSatisfying(timing ->
                        assertThat(timing).matches("features;dur=[0-9.]+, model;dur=[0-9.]+, policy;dur=[0-9.]+"));
        JsonNode answer = JsonMapper.shared().readTree(response.body());
        assertThat(answer.path("degraded").toString()).isEqualTo("[\"NO_MODEL\"]");

        List<ConsumerRecord<String, String>> events = events(Set.of("it-1"));
        assertThat(events).hasSize(1);
        ConsumerRecord<String, String> event = events.get(0);
        assertThat(schema().validate(event.value(), InputFormat.JSON)).isEmpty();
        assertThat(event.key()).isEqualTo(IdHasher.of(Replica.SECRET).idHash(EntityType.CARD, "c-it-1"));
        assertThat(new String(event.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8))
                .isEqualTo("it-1");
        assertThat(event.headers().lastHeader("traceparent")).isNotNull();
        assertThat(JsonMapper.shared().readTree(event.value()).path("decision")).isEqualTo(answer.path("decision"));
    }

    @Test
    void retry_getsTheSameBytes_onAnyReplica() throws Exception {
        String body = Replica.payment("it-2", "c-it-2", "10.00");
        String answer = first.authorize(body).body();

        assertThat(first.authorize(body).body()).isEqualTo(answer);
        assertThat(second.authorize(body.replace(" ", "")).body()).isEqualTo(answer);
        assertThat(second.authorize(body.replace("10.00", "11.00")).statusCode())
                .isEqualTo(422);
        assertThat(first.authorize(body.replace("c-it-2", "c-other")).statusCode())
                .isEqualTo(422);
    }

    @Test
    void twins_getOneDecision_whenTheyArriveTogether() {
        for (int i = 0; i < 20; i++) {
            String body = Replica.payment("it-twin-" + i, "c-twin-" + i, "10.00");
            List<CompletableFuture<String>> twins = IntStream.range(0, 8)
                    .mapToObj(n -> (n % 2 == 0 ? first : second).authorizeAsync(body))
                    .toList();

            assertThat(twins.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        }
    }

    @Test
    void nextPaymentOfTheCard_countsThePreviousOne_onTheOtherReplica() throws Exception {
        first.authorize(Replica.payment("it-tail-1", "c-tail", "10.00"));
        second.authorize(Replica.payment("it-tail-2", "c-tail", "10.00"));

        JsonNode explained = first.json("/v1/authorizations/it-tail-2");
        assertThat(explained.path("tail").toString()).isEqualTo("[\"it-tail-1\"]");
        assertThat(explained.path("features").path("card_tx_count_1h").asInt()).isEqualTo(1);
    }

    @Test
    void explanation_isThere_onTheReplicaThatDidNotDecide() throws Exception {
        String answer =
                first.authorize(Replica.payment("it-3", "c-it-3", "10.00")).body();

        JsonNode explained = second.json("/v1/authorizations/it-3");

        assertThat(explained.path("decision"))
                .isEqualTo(JsonMapper.shared().readTree(answer).path("decision"));
        assertThat(explained.path("features").size())
                .isEqualTo(FeatureSets.fraudV3().features().size());
        assertThat(explained.path("groups").get(0).path("cause").asString()).isEqualTo("NEW_ENTITY");
        assertThat(second.get("/v1/authorizations/unknown").statusCode()).isEqualTo(404);
    }

    @Test
    void authorize_decidesWithinItsDeadline_whileRedisHangs() throws Exception {
        backends.inject(Fault.REDIS_PAUSE);
        try {
            for (int i = 0; i < 60; i++) {
                String body = Replica.payment("it-pause-" + i, "c-pause", "10.00");
                HttpResponse<String> response = first.authorize(body);

                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).containsAnyOf("FEATURES_TIMEOUT", "FEATURES_UNAVAILABLE");
                assertThat(first.authorize(body).body()).isEqualTo(response.body());
            }
            // By then the breaker is open and nobody waits for the timeout any more.
            long start = System.nanoTime();
            first.authorize(Replica.payment("it-pause-last", "c-pause", "10.00"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        } finally {
            backends.inject(Fault.REDIS_RESUME);
        }
        awaitRedis(first);
        events(Set.of("it-pause-0", "it-pause-59"));
    }

    /** Pays until the breaker is closed again: half-open, it lets ten reads through and then judges. */
    private static void awaitRedis(Replica replica) throws Exception {
        long end = System.currentTimeMillis() + EVENTS_WITHIN_MS;
        int goodInARow = 0;
        for (int i = 0; goodInARow < 20; i++) {
            String answer = replica.authorize(Replica.payment("it-back-" + i, "c-back", "1.00"))
                    .body();
            goodInARow = answer.contains("FEATURES_") ? 0 : goodInARow + 1;
            assertThat(System.currentTimeMillis())
                    .as("Redis is not asked again")
                    .isLessThan(end);
        }
    }

    @Test
    void events_arriveExactlyAsAnswered_whenTheHubWasAway() throws Exception {
        Set<String> ids = new HashSet<>();
        backends.inject(Fault.KAFKA_STOP);
        try {
            for (int i = 0; i < 50; i++) {
                ids.add("it-hub-" + i);
                assertThat(second.authorize(Replica.payment("it-hub-" + i, "c-hub", "1.00"))
                                .statusCode())
                        .isEqualTo(200);
            }
            assertThat(second.json("/v1/stats").path("outbox").path("depth").asInt())
                    .isGreaterThanOrEqualTo(50);
        } finally {
            backends.inject(Fault.KAFKA_RESTART);
        }
        events(ids);
    }

    static Stream<Arguments> badRequests() {
        String valid = Replica.payment("it-bad", "c-bad", "1.00");
        return Stream.of(
                Arguments.of("nothing", "", 400),
                Arguments.of("no JSON", "hello", 400),
                Arguments.of("half", valid.substring(0, 100), 400),
                Arguments.of("an array", "[" + valid + "]", 400),
                Arguments.of("a card number", valid.replace("c-bad", "4111111111111111"), 400),
                Arguments.of("1e400", valid.replace("52.52", "1e400"), 400),
                Arguments.of("NaN", valid.replace("52.52", "NaN"), 400),
                Arguments.of(
                        "year 0",
                        valid.replaceFirst("occurredAt\":\"[^\"]+", "occurredAt\":\"0000-01-01T00:00:00Z"),
                        400),
                Arguments.of(
                        "a year that no clock counts",
                        valid.replaceFirst("occurredAt\":\"[^\"]+", "occurredAt\":\"-999999999-01-01T00:00:00Z"),
                        400),
                Arguments.of("deep", "{\"x\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}", 400),
                Arguments.of("large", "{\"x\":\"" + "y".repeat(20_000) + "\"}", 413),
                Arguments.of("very large", " ".repeat(3_000_000), 413));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badRequests")
    void authorize_refusesWithAProblem_whenTheBodyIs(String what, String body, int status) throws Exception {
        HttpResponse<String> response = first.authorize(body);

        assertThat(response.statusCode()).as(what).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(response.body()).doesNotContain("4111").doesNotContain("Exception");
    }

    @Test
    void authorize_refusesALargeBody_whenItsLengthIsNotDeclared() throws Exception {
        byte[] large = new byte[100_000];
        HttpResponse<String> response = first.send(first.request("/v1/authorizations")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))
                .build());

        assertThat(response.statusCode()).isEqualTo(413);
    }

    @Test
    void client_getsTheSameDecisionFromEveryReplica_andEveryViolation() throws Exception {
        AuthorizationRequest payment = new AuthorizationRequest(
                "it-client",
                Instant.now(),
                new Amount(new BigDecimal("57.10"), "EUR"),
                new Card("c-it-client", "a-1", EntryMode.ECOM),
                new Merchant("m-3156", "5411", "DE"),
                new Device("d-1", "203.0.113.7"),
                new Location(52.52, 13.40));
        TollgateClient one = client(first);
        TollgateClient other = client(second);

        Outcome decided = one.authorize(payment);
        assertThat(decided)
                .isInstanceOfSatisfying(
                        Outcome.Decided.class,
                        it -> assertThat(it.decision().transactionId()).isEqualTo("it-client"));
        assertThat(other.authorize(payment)).isEqualTo(decided);

        AuthorizationRequest changed = new AuthorizationRequest(
                "it-client",
                payment.occurredAt(),
                new Amount(new BigDecimal("99999999999.99999"), "euro"),
                payment.card(),
                payment.merchant(),
                null,
                null);
        assertThat(other.authorize(changed)).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.problem().violations())
                    .extracting(Outcome.Violation::field)
                    .contains("amount.value", "amount.currency");
        });
        AuthorizationRequest dearer = new AuthorizationRequest(
                "it-client",
                payment.occurredAt(),
                new Amount(new BigDecimal("58"), "EUR"),
                payment.card(),
                payment.merchant(),
                null,
                null);
        assertThat(other.authorize(dearer))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(422));
    }

    private static TollgateClient client(Replica replica) {
        return TollgateClient.of(replica.url(), () -> "local")
                .deadline(Duration.ofSeconds(10))
                .build();
    }

    @Test
    void description_namesEveryPathThatIsServed() throws Exception {
        JsonNode description = first.json("/openapi.json");

        assertThat(description.path("openapi").asString()).isEqualTo("3.1.0");
        for (String path : description.path("paths").propertyNames()) {
            if (!path.endsWith("/stream")
                    && description.path("paths").path(path).has("get")) {
                String asked = path.replace("{type}", "card")
                        .replace("{version}", "v3")
                        .replaceAll("\\{.*?}", "c-1");
                HttpResponse<String> response = first.get(asked);
                assertThat(description
                                .path("paths")
                                .path(path)
                                .path("get")
                                .path("responses")
                                .has(Integer.toString(response.statusCode())))
                        .as("%s answered %s", asked, response.statusCode())
                        .isTrue();
                assertThat(JsonMapper.shared().readTree(response.body()).isObject())
                        .isTrue();
            }
        }
    }

    @Test
    void requests_areRefused_withoutTheKeyOrTheMediaType() throws Exception {
        String body = Replica.payment("it-4", "c-4", "1.00");
        for (String path : List.of("/v1/authorizations/x", "/v1/stats", "/v1/decisions/stream", "/v1/feature-sets")) {
            assertThat(first.send(first.request(path)
                                    .setHeader("Authorization", "Bearer wrong")
                                    .GET()
                                    .build())
                            .statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
        assertThat(first.send(first.request("/v1/authorizations")
                                .setHeader("Authorization", "Basic bG9jYWw=")
                                .POST(BodyPublishers.ofString(body))
                                .build())
                        .statusCode())
                .isEqualTo(401);
        assertThat(first.send(first.request("/v1/authorizations")
                                .setHeader("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString(body))
                                .build())
                        .statusCode())
                .isEqualTo(415);
        assertThat(first.send(first.request("/v1/authorizations")
                                .PUT(BodyPublishers.ofString(body))
                                .build())
                        .statusCode())
                .isEqualTo(405);
        assertThat(first.get("/v1/nothing").statusCode()).isEqualTo(404);
        assertThat(first.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(first.get("/actuator/env").statusCode()).isEqualTo(404);
    }
}
