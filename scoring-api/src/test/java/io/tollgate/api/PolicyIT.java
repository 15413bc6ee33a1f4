package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One replica whose policy file changes under it, with another policy tried out beside it. */
class PolicyIT {
    /** Two looks at the file, and a machine that has other things to do. */
    private static final long WITHIN_MS = 20_000;

    @TempDir
    static Path scratch;

    private static Path file;
    private static BackendsProcess backends;
    private static Replica replica;

    @BeforeAll
    static void start() throws IOException {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
        file = Files.writeString(scratch.resolve("policy.yaml"), policy("1", 1_000));
        Path shadow = Files.writeString(scratch.resolve("shadow.yaml"), policy("s1", 50));
        replica = Replica.start(
                backends.settings(),
                scratch.resolve("outbox"),
                "--tollgate.policy=" + file,
                "--tollgate.shadow-policy=" + shadow);
    }

    @AfterAll
    static void stop() {
        if (replica != null) {
            replica.close();
        }
        if (backends != null) {
            backends.close();
        }
    }

    /** Declines payments above an amount. */
    private static String policy(String version, int above) {
        return """
            version: "%s"
            limits:
              - {code: TOO_MUCH, above: %d, then: DECLINE, message: "more than %d"}
            """.formatted(version, above, above);
    }

    /** As editors and deployments do: written beside, then moved. */
    private static void replace(String text) throws IOException {
        Path next = Files.writeString(scratch.resolve("policy.yaml.next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static JsonNode awaitPolicies(String pointer, String wanted) throws Exception {
        long end = System.currentTimeMillis() + WITHIN_MS;
        while (true) {
            JsonNode policies = replica.json("/v1/policies");
            if (policies.at(pointer).asString("").contains(wanted)) {
                return policies;
            }
            assertThat(System.currentTimeMillis()).as("%s", policies).isLessThan(end);
        }
    }

    private static JsonNode pay(String id, String amount) throws Exception {
        return JsonMapper.shared()
                .readTree(replica.authorize(Replica.payment(id, "c-" + id, amount))
                        .body());
    }

    @Test
    void policy_isReplacedAndRolledBack_andABrokenOneIsRefused_whileItDecides() throws Exception {
        assertThat(pay("po-1", "200.00").path("decision").asString()).isEqualTo("APPROVE");

        replace(policy("2", 100));
        awaitPolicies("/active/version", "2");
        JsonNode declined = pay("po-2", "200.00");
        assertThat(declined.path("decision").asString()).isEqualTo("DECLINE");
        assertThat(declined.path("policy").asString()).isEqualTo("2");

        replace(policy("3", 10).replace("above: 10", "above: ten"));
        JsonNode refused = awaitPolicies("/problem", "policy.yaml:3");
        assertThat(refused.at("/active/version").asString()).isEqualTo("2");
        assertThat(replica.get("/actuator/prometheus").body())
                .contains("tollgate_policy_problem{role=\"live\"} 1.0")
                .contains("tollgate_policy_changes_total{outcome=\"refused\",role=\"live\"} 1.0");
        assertThat(pay("po-3", "50.00").path("decision").asString()).isEqualTo("APPROVE");

        HttpResponse<String> back = rollBack();
        assertThat(back.statusCode()).isEqualTo(200);
        assertThat(JsonMapper.shared().readTree(back.body()).path("rolledBack").asBoolean())
                .isTrue();
        assertThat(pay("po-4", "200.00").path("policy").asString()).isEqualTo("1");
        assertThat(rollBack().statusCode()).isEqualTo(409);

        JsonNode shadow = replica.json("/v1/policies").path("shadow");
        assertThat(shadow.at("/active/version").asString()).isEqualTo("s1");
        assertThat(shadow.path("compared").toString())
                .contains("{\"decision\":\"APPROVE\",\"would\":\"DECLINE\",\"payments\":2}")
                .contains("{\"decision\":\"APPROVE\",\"would\":\"APPROVE\",\"payments\":1}")
                .contains("{\"decision\":\"DECLINE\",\"would\":\"DECLINE\",\"payments\":1}");
        assertThat(replica.get("/actuator/prometheus").body())
                .contains("tollgate_policy_shadow_total{agrees=\"false\",decision=\"APPROVE\",would=\"DECLINE\"} 2.0");
    }

    private static HttpResponse<String> rollBack() throws Exception {
        return replica.send(replica.request("/v1/policies/rollback")
                .POST(BodyPublishers.noBody())
                .build());
    }
}
