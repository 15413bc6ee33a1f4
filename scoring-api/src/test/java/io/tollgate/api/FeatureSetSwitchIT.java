package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.tollgate.features.spec.ActiveFeatureSet;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSetReader;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two replicas over one Redis, and two versions of a feature set, each with its model. */
class FeatureSetSwitchIT {
    private static final String V3 = FeatureSets.file("fraud-v3").text();

    /** One feature changed, one more: vectors of the two differ in length. */
    private static final String V4 =
            V3.replace("version: v3", "version: v4").replaceFirst("window: 1h\n", "window: 2h\n") + """
                  - name: card_tx_count_3h
                    type: integer
                    unit: payments
                    description: Payments with the card within three hours
                    default: 0
                    defaultReason: a count that could not be read is reported as a miss beside it
                    group: card:activity
                    aggregate: count
                    window: 3h
                """;

    private static final int PAYERS = 4;

    /** What the contract promises from the answer of the switch to the last replica. */
    private static final Duration EVERYWHERE_WITHIN = Duration.ofSeconds(1);

    @TempDir
    static Path scratch;

    private static BackendsProcess backends;
    private static RedisClient redis;
    private static StatefulRedisConnection<String, String> connection;
    private static Replica first;
    private static Replica second;
    private static Map<String, Integer> vectorLengths;

    @BeforeAll
    static void start() throws IOException {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
        redis = RedisClient.create(backends.settings().redisUri());
        connection = redis.connect();
        Path file = Files.writeString(scratch.resolve("fraud-v4.yaml"), V4);
        FeatureSet v4 = FeatureSetReader.read("v4", V4);
        Path models = Files.createDirectory(scratch.resolve("models"));
        SmallModels.write(models.resolve("fraud-3"), FeatureSets.fraudV3(), "3");
        SmallModels.write(models.resolve("fraud-4"), v4, "4");
        vectorLengths = Map.of(
                "v3",
                FeatureSets.fraudV3().features().size(),
                "v4",
                v4.features().size());
        first = replica("first", file.toString(), models.toString());
        second = replica("second", file.toString(), models.toString());
    }

    private static Replica replica(String name, String featureSets, String models) {
        return Replica.start(
                backends.settings(),
                scratch.resolve(name),
                "--tollgate.feature-sets=" + featureSets,
                "--tollgate.model.directory=" + models);
    }

    @AfterAll
    static void stop() {
        Stream.of(first, second).filter(replica -> replica != null).forEach(Replica::close);
        if (redis != null) {
            redis.shutdown();
        }
        if (backends != null) {
            backends.close();
        }
    }

    @BeforeEach
    void beginOnV3() throws Exception {
        assertThat(activate(first, "v3").statusCode()).isEqualTo(200);
        awaitEverywhere("v3");
    }

    private static HttpResponse<String> post(Replica replica, String path, String body) throws Exception {
        return replica.send(replica.request(path)
                .setHeader("Content-Type", "application/yaml")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static HttpResponse<String> activate(Replica replica, String version) throws Exception {
        return post(replica, "/v1/feature-sets/" + version + "/activate", "");
    }

    /** How long both replicas took to serve it. */
    private static Duration awaitEverywhere(String version) throws Exception {
        long start = System.nanoTime();
        for (Replica replica : List.of(first, second)) {
            await(() -> active(replica).equals(version), replica.url() + " serves " + version);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition, String what) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("still waiting until %s", what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static String active(Replica replica) throws Exception {
        return replica.json("/v1/feature-sets").path("active").asString();
    }

    /** Steady payments until told to stop; every answer is kept. */
    private static final class Load implements AutoCloseable {
        private final Queue<HttpResponse<String>> answers = new ConcurrentLinkedQueue<>();
        private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> payers = new ArrayList<>();

        Load(String name) {
            for (int i = 0; i < PAYERS; i++) {
                String prefix = name + "-" + i + "-";
                Replica replica = i % 2 == 0 ? first : second;
                Thread payer = new Thread(() -> pay(replica, prefix), prefix);
                payers.add(payer);
                payer.start();
            }
        }

        private void pay(Replica replica, String prefix) {
            try {
                for (int n = 0; !over.get(); n++) {
                    answers.add(replica.authorize(Replica.payment(prefix + n, "c-" + prefix + n % 50, "10.00")));
                }
            } catch (Exception e) {
                failures.add(e);
            }
        }

        void awaitMore(int count) throws Exception {
            int before = answers.size();
            await(() -> answers.size() >= before + count, count + " more payments are answered");
        }

        @Override
        public void close() {
            over.set(true);
            try {
                for (Thread payer : payers) {
                    payer.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the payers ended", e);
            }
        }
    }

    @Test
    void switchAndRollBack_costNoPayment_andNoAnswerMixesTwoSets() throws Exception {
        List<Duration> took = new ArrayList<>();
        Load load = new Load("load");
        try (load) {
            load.awaitMore(200);
            for (int round = 0; round < 3; round++) {
                assertThat(activate(second, "v4").statusCode()).isEqualTo(200);
                took.add(awaitEverywhere("v4"));
                load.awaitMore(100);
                assertThat(post(first, "/v1/feature-sets/rollback", "").statusCode())
                        .isEqualTo(200);
                took.add(awaitEverywhere("v3"));
                load.awaitMore(100);
            }
        }
        assertThat(load.failures).isEmpty();
        assertThat(load.answers)
                .allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(200));
        assertThat(took).allSatisfy(each -> assertThat(each).isLessThan(EVERYWHERE_WITHIN));
        int onV4 = 0;
        for (HttpResponse<String> response : load.answers) {
            JsonNode answer = JsonMapper.shared().readTree(response.body());
            String set = answer.path("featureSet").asString();
            onV4 += set.equals("v4") ? 1 : 0;
            String model = answer.path("model").asString("");
            assertThat(model.isEmpty() ? "fraud/" + set.charAt(1) : model)
                    .as("model of %s", answer)
                    .isEqualTo("fraud/" + set.charAt(1));
            JsonNode explained = first.json(
                    "/v1/authorizations/" + answer.path("transactionId").asString());
            assertThat(explained.path("features").size())
                    .as("features of %s", answer)
                    .isEqualTo(vectorLengths.get(set));
        }
        assertThat(onV4).as("payments decided on v4 of %s", load.answers.size()).isGreaterThan(100);
        System.out.printf("%d payments, %d on v4, none failed; switches took %s%n", load.answers.size(), onV4, took);
    }

    @Test
    void activate_isRefused_whenNoModelFits() throws Exception {
        String v5 = V4.replace("version: v4", "version: v5");
        assertThat(post(first, "/v1/feature-sets", v5).statusCode()).isEqualTo(200);

        HttpResponse<String> refused = activate(first, "v5");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(JsonMapper.shared().readTree(refused.body()).path("detail").asString())
                .contains("no model at hand was trained on fraud-v5")
                .contains("fraud/4 on fraud-v4")
                .contains("train one");
        assertThat(active(first)).isEqualTo("v3");
        assertThat(first.json("/v1/feature-sets").path("featureSets").toString())
                .contains("REFUSED");
    }

    @Test
    void publish_reachesTheOtherReplica_andIsServed_onceAModelIsThere() throws Exception {
        String v6 = V4.replace("version: v4", "version: v6");
        SmallModels.write(scratch.resolve("models/fraud-6"), FeatureSetReader.read("v6", v6), "6");

        assertThat(post(first, "/v1/feature-sets", v6).statusCode()).isEqualTo(200);
        assertThat(activate(second, "v6").statusCode()).isEqualTo(200);
        awaitEverywhere("v6");

        assertThat(post(first, "/v1/feature-sets", v6.replace("window: 3h", "window: 4h"))
                        .statusCode())
                .isEqualTo(409);
        HttpResponse<String> answer = first.authorize(Replica.payment("it-v6", "c-v6", "1.00"));
        assertThat(JsonMapper.shared()
                        .readTree(answer.body())
                        .path("featureSet")
                        .asString())
                .isEqualTo("v6");
    }

    @Test
    void wipedRedis_changesNothing_andGetsItsEntryBack() throws Exception {
        assertThat(activate(first, "v4").statusCode()).isEqualTo(200);
        awaitEverywhere("v4");
        String entry = connection.sync().get(ActiveFeatureSet.KEY);

        connection.sync().flushall();

        await(() -> entry.equals(connection.sync().get(ActiveFeatureSet.KEY)), "a replica has restored the entry");
        assertThat(active(first)).isEqualTo("v4");
        assertThat(active(second)).isEqualTo("v4");
    }

    @Test
    void replica_staysOnWhatItHas_andSaysSo_whenItCannotServeTheFleetsSet() throws Exception {
        ActiveFeatureSet now =
                Objects.requireNonNull(ActiveFeatureSet.decode(connection.sync().get(ActiveFeatureSet.KEY)));
        ActiveFeatureSet unknown = now.switchedTo(new ActiveFeatureSet.Reference("v99", "00000000"));
        connection.sync().set(ActiveFeatureSet.KEY, unknown.encode());

        await(() -> !first.json("/v1/feature-sets").path("problem").isNull(), "the replica has noticed");

        JsonNode list = first.json("/v1/feature-sets");
        assertThat(list.path("active").asString()).isEqualTo("v3");
        assertThat(list.path("fleet").asString()).isEqualTo("v99");
        assertThat(list.path("problem").asString()).contains("which this replica does not know");
        HttpResponse<String> health = first.get("/actuator/health/readiness");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).contains("OUT_OF_STEP");
        assertThat(first.get("/actuator/prometheus").body()).contains("tollgate_feature_set_out_of_step 1.0");
        assertThat(first.authorize(Replica.payment("it-v99", "c-v99", "1.00")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void newReplica_beginsOnWhatTheFleetServes() throws Exception {
        assertThat(activate(first, "v4").statusCode()).isEqualTo(200);
        try (Replica third = replica(
                "third",
                scratch.resolve("fraud-v4.yaml").toString(),
                scratch.resolve("models").toString())) {
            HttpResponse<String> answer = third.authorize(Replica.payment("it-third", "c-third", "1.00"));
            assertThat(JsonMapper.shared()
                            .readTree(answer.body())
                            .path("featureSet")
                            .asString())
                    .isEqualTo("v4");
        }
    }

    @Test
    void firstPaymentAfterASwitch_seesTheLastOneBefore_whenTheOtherPublisherIsAtWork() throws Exception {
        connection.sync().keys("fs:v4:*:tail").forEach(left -> connection.sync().del(left));
        long now = System.currentTimeMillis();
        connection.sync().hset("fs:v4:progress", "0", now + ":" + (now + 60_000) + ":1");
        // Each payment after the heartbeat was noticed is in both sets' tails.
        await(
                () -> {
                    first.authorize(Replica.payment("it-tail-" + System.nanoTime(), "c-tails", "1.00"));
                    return connection.sync().keys("fs:v4:*:tail").size() > 0;
                },
                "tails of v4 are kept");
        first.authorize(Replica.payment("it-before", "c-switch", "1.00"));
        assertThat(activate(second, "v4").statusCode()).isEqualTo(200);
        second.authorize(Replica.payment("it-after", "c-switch", "1.00"));

        JsonNode explained = second.json("/v1/authorizations/it-after");
        assertThat(explained.path("featureSet").asString()).isEqualTo("v4");
        assertThat(explained.path("tail").toString()).isEqualTo("[\"it-before\"]");
    }

    @Test
    void badWishes_areAnswered_withAProblem() throws Exception {
        assertThat(activate(first, "v77").statusCode()).isEqualTo(404);
        assertThat(post(first, "/v1/feature-sets", "nonsense: 1").statusCode()).isEqualTo(400);
        assertThat(post(first, "/v1/feature-sets", "[".repeat(200_000)).statusCode())
                .isEqualTo(400);
        HttpResponse<String> cycle = post(first, "/v1/feature-sets", V4.replace("version: v4", "version: v7") + """
              - {name: a1, type: number, unit: u, description: d, default: 0, defaultReason: r, derive: b1 + 1.0}
              - {name: b1, type: number, unit: u, description: d, default: 0, defaultReason: r, derive: a1 + 1.0}
            """);
        assertThat(cycle.statusCode()).isEqualTo(400);
        assertThat(cycle.body()).contains("cycle");
        assertThat(post(first, "/v1/feature-sets", "# " + "x".repeat(300_000)).statusCode())
                .isEqualTo(413);
        for (String path : List.of("/v1/feature-sets", "/v1/feature-sets/v4/activate", "/v1/feature-sets/rollback")) {
            assertThat(first.send(first.request(path)
                                    .setHeader("Authorization", "Bearer wrong")
                                    .POST(BodyPublishers.noBody())
                                    .build())
                            .statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
    }

    /** A set in another currency than the rates table's, with a policy of its own. */
    @Test
    void setInDollars_isServed() throws Exception {
        Path policy = Files.writeString(scratch.resolve("dollars.yaml"), """
            version: "2026-11-21"
            description: One limit, in the feature set's own currency
            limits:
              - {code: LIMIT_USD, above: 110, then: STEP_UP, weight: 0.4, message: "{amount:2} USD"}
            thresholds:
              - {stepUp: 0.5, decline: 0.9}
            """);
        try (Replica dollars = Replica.start(
                backends.settings(),
                scratch.resolve("dollars"),
                "--tollgate.feature-set=sparkov-v1",
                "--tollgate.policy=" + policy)) {
            String euros = Replica.payment("it-eur", "c-usd", "100.00");
            HttpResponse<String> inEuros = dollars.authorize(euros);
            HttpResponse<String> inDollars =
                    dollars.authorize(euros.replace("it-eur", "it-usd").replace("\"EUR\"", "\"USD\""));

            assertThat(inEuros.statusCode()).isEqualTo(200);
            assertThat(inEuros.body())
                    .contains("\"featureSet\":\"v1\"")
                    .contains("LIMIT_USD")
                    .contains("116.28 USD");
            assertThat(inDollars.statusCode()).isEqualTo(200);
            assertThat(inDollars.body()).doesNotContain("LIMIT_USD");
        }
    }
}
