package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tollgate.features.policy.ReasonCatalogue;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.local.endpoint.Fault;
import io.tollgate.local.endpoint.ModelEndpoint;
import io.tollgate.model.artifact.Contribution;
import io.tollgate.model.artifact.ModelArtifact;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Why payments were declined: one replica with the model in process, one with its endpoint and the artifact beside it. */
class ReasonsIT {
    private static final FeatureSet SET = FeatureSets.fraudV3();

    /** First payments with these cards are declined by the model and by no rule but one for large amounts. */
    private static final String EXPENSIVE = "640.00";

    @TempDir
    static Path scratch;

    private static BackendsProcess backends;
    private static ModelArtifact artifact;
    private static ModelEndpoint endpoint;
    private static Replica local;
    private static Replica remote;

    @BeforeAll
    static void start() throws IOException {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
        Path model = SmallModels.write(scratch.resolve("model"), SET, "7", SmallModels.CAUTIOUS);
        artifact = ModelArtifact.read(model);
        endpoint = ModelEndpoint.start(artifact, 0);
        String directory = "--tollgate.model.directory=" + model;
        local = Replica.start(backends.settings(), scratch.resolve("local"), directory);
        remote = Replica.start(
                backends.settings(), scratch.resolve("remote"), directory, "--tollgate.model.url=" + endpoint.url());
    }

    @AfterEach
    void healthy() {
        endpoint.faults().clear();
    }

    @AfterAll
    static void stop() {
        Stream.of(local, remote).filter(replica -> replica != null).forEach(Replica::close);
        if (endpoint != null) {
            endpoint.close();
        }
        if (backends != null) {
            backends.close();
        }
    }

    private static JsonNode declined(Replica replica, String id) throws Exception {
        HttpResponse<String> response = replica.authorize(Replica.payment(id, "c-" + id, EXPENSIVE));
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode answer = JsonMapper.shared().readTree(response.body());
        assertThat(answer.path("decision").asString()).isEqualTo("DECLINE");
        assertThat(answer.path("model").asString()).isEqualTo("fraud/7");
        // The card's and the device's token are in no message.
        assertThat(answer.path("reasons").toString()).doesNotContain("c-" + id);
        return answer;
    }

    private static List<String> degraded(JsonNode answer) {
        List<String> codes = new ArrayList<>();
        answer.path("degraded").forEach(code -> codes.add(code.asString()));
        return codes;
    }

    /** What the explanation must say of the vector that was served. */
    private static void assertExplained(JsonNode answer, JsonNode explained) {
        double[] vector = new double[SET.features().size()];
        for (int i = 0; i < vector.length; i++) {
            JsonNode value =
                    explained.path("features").path(SET.features().get(i).name());
            vector[i] = value.isNull() ? Double.NaN : value.asDouble();
        }
        List<Contribution> raising = artifact.buildContributions().strongest(vector, 0, vector.length);
        double raised = raising.stream().mapToDouble(Contribution::logOdds).sum();
        Map<String, Double> shares = new HashMap<>();
        List<String> expected = new ArrayList<>();
        ReasonCatalogue catalogue = ReasonCatalogue.of(SET);
        for (Contribution contribution : raising) {
            String code = catalogue.entries().get(contribution.featureIndex()).code();
            expected.add(code);
            shares.put(code, contribution.logOdds() / raised);
        }
        Set<String> fromRules = new HashSet<>();
        List<String> fromModel = new ArrayList<>();
        for (JsonNode reason : answer.path("reasons")) {
            String code = reason.path("code").asString();
            if (shares.containsKey(code)) {
                fromModel.add(code);
                assertThat(reason.path("weight").asDouble()).isCloseTo(shares.get(code), within(1e-4));
            } else {
                assertThat(fromModel).as("rules come first").isEmpty();
                fromRules.add(code);
            }
        }
        assertThat(fromModel).isEqualTo(expected.subList(0, Math.min(4, expected.size())));
        assertThat(fromModel).hasSize(3).contains("AMOUNT", "CARD_NEW_DEVICE", "CARD_NEW_MERCHANT");
        assertThat(fromRules).contains("MODEL_SCORE");
    }

    @Test
    void declined_isExplainedExactly_byTheModelInProcess() throws Exception {
        JsonNode answer = declined(local, "why-local");

        assertThat(degraded(answer)).containsExactly("MODEL_LOCAL");
        assertExplained(answer, local.json("/v1/authorizations/why-local"));
    }

    @Test
    void declined_isExplainedExactly_whenTheEndpointScored() throws Exception {
        JsonNode answer = declined(remote, "why-remote");

        assertThat(degraded(answer)).isEmpty();
        assertExplained(answer, remote.json("/v1/authorizations/why-remote"));
    }

    @Test
    void retry_getsTheSameReasons_onAnyReplica() throws Exception {
        String body = Replica.payment("why-again", "c-why-again", EXPENSIVE);
        String answer = remote.authorize(body).body();

        assertThat(answer).contains("CARD_NEW_DEVICE");
        assertThat(local.authorize(body).body()).isEqualTo(answer);
        assertThat(remote.authorize(body).body()).isEqualTo(answer);
    }

    @Test
    void declined_isNotExplainedByTheWrongModel_whenTheEndpointServesAnother() throws Exception {
        endpoint.faults().set(new Fault.Body("{\"predictions\": [0.99]}"));

        JsonNode answer = declined(remote, "why-other");

        assertThat(degraded(answer)).containsExactly("REASONS_WITHOUT_MODEL");
        assertThat(answer.path("reasons").toString()).contains("MODEL_SCORE").doesNotContain("CARD_NEW_DEVICE");
    }

    @Test
    void declined_isExplainedInTime_whenTheEndpointHangs() throws Exception {
        endpoint.faults().set(new Fault.Hang());
        long start = System.nanoTime();

        JsonNode answer = declined(remote, "why-hang");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(degraded(answer)).containsExactly("MODEL_LOCAL");
        assertThat(answer.path("reasons").toString()).contains("CARD_NEW_DEVICE");
    }

    @Test
    void approved_hasNoReasons_andSaysSoInTheTiming() throws Exception {
        HttpResponse<String> response = local.authorize(Replica.payment("why-not", "c-why-not", "9.00"));

        JsonNode answer = JsonMapper.shared().readTree(response.body());
        assertThat(answer.path("decision").asString()).isEqualTo("APPROVE");
        assertThat(answer.path("reasons").size()).isZero();
        assertThat(response.headers().firstValue("server-timing").orElseThrow()).doesNotContain("reasons");
    }
}
