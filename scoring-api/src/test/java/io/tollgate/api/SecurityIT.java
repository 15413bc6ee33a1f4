package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.api.security.TestIssuer;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Fault;
import io.tollgate.local.backends.Service;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A replica that takes the tokens of an issuer and nothing else, with all that it prints. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecurityIT {
    private static final int BURST = 60;

    @TempDir
    static Path scratch;

    private static final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private static PrintStream out;
    private static PrintStream err;
    private static BackendsProcess backends;
    private static TestIssuer issuer;
    private static Replica replica;

    @BeforeAll
    static void start() throws IOException {
        out = System.out;
        err = System.err;
        System.setOut(both(out));
        System.setErr(both(err));
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
        issuer = TestIssuer.start();
        replica = Replica.startWithIssuer(
                backends.settings(),
                scratch.resolve("outbox"),
                issuer.keys(),
                "--tollgate.limits.client-rate=1",
                "--tollgate.limits.client-burst=" + BURST);
    }

    @AfterAll
    static void stop() {
        if (replica != null) {
            replica.close();
        }
        if (issuer != null) {
            issuer.close();
        }
        if (backends != null) {
            backends.close();
        }
        System.setOut(out);
        System.setErr(err);
    }

    private static PrintStream both(PrintStream shown) {
        return new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        shown.write(b);
                        synchronized (printed) {
                            printed.write(b);
                        }
                    }
                },
                true,
                StandardCharsets.UTF_8);
    }

    private static String printedSoFar() {
        synchronized (printed) {
            return printed.toString(StandardCharsets.UTF_8);
        }
    }

    private static HttpResponse<String> get(String path, String token) throws Exception {
        return replica.send(replica.request(path)
                .setHeader("Authorization", "Bearer " + token)
                .GET()
                .build());
    }

    private static HttpResponse<String> post(String path, String token, String body) throws Exception {
        return replica.send(replica.request(path)
                .setHeader("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void scopes_openTheirOwnRoutesOnly() throws Exception {
        String authorize = issuer.token("pay", "authorize");
        String read = issuer.token("desk", "read");
        String admin = issuer.token("ops", "admin");
        String payment = Replica.payment("sec-1", "c-sec-1", "12.00");

        assertThat(post("/v1/authorizations", authorize, payment).statusCode()).isEqualTo(200);
        assertThat(post("/v1/authorizations", read, payment).statusCode()).isEqualTo(403);
        assertThat(post("/v1/authorizations", admin, payment).statusCode()).isEqualTo(403);
        assertThat(get("/v1/authorizations/sec-1", read).statusCode()).isEqualTo(200);
        assertThat(get("/v1/stats", authorize).statusCode()).isEqualTo(403);
        assertThat(post("/v1/feature-sets/rollback", read, "").statusCode()).isEqualTo(403);
        assertThat(post("/v1/feature-sets/rollback", admin, "").statusCode()).isEqualTo(409);
        for (String path :
                List.of("/v1/stats", "/v1/authorizations/sec-1", "/v1/feature-sets", "/v1/decisions/stream")) {
            HttpResponse<String> refused = get(path, TestIssuer.unsigned(TestIssuer.claims("desk", "read")));
            assertThat(refused.statusCode()).as(path).isEqualTo(401);
            assertThat(refused.headers().firstValue("www-authenticate")).hasValue("Bearer");
        }
        assertThat(post("/v1/authorizations", "local", payment).statusCode())
                .as("no static key outside the local profile")
                .isEqualTo(401);
    }

    @Test
    void client_isHeldToItsRate_andNoOtherIs() throws Exception {
        String greedy = issuer.token("greedy", "authorize");
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 2 * BURST; i++) {
            statuses.add(post("/v1/authorizations", greedy, Replica.payment("rate-" + i, "c-rate", "1.00"))
                    .statusCode());
        }
        HttpResponse<String> last = post("/v1/authorizations", greedy, "");
        for (int i = 0; last.statusCode() != 429 && i < 10; i++) {
            last = post("/v1/authorizations", greedy, "");
        }

        assertThat(statuses).contains(200, 429).doesNotContain(500, 503);
        assertThat(statuses.stream().filter(status -> status == 200).count()).isGreaterThanOrEqualTo(BURST);
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("retry-after")).hasValue("1");
        assertThat(last.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(post(
                                "/v1/authorizations",
                                issuer.token("modest", "authorize"),
                                Replica.payment("rate-other", "c-rate", "1.00"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void console_hasItsSecurityHeaders() throws Exception {
        HttpResponse<String> page = replica.get("/console/index.html");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-security-policy"))
                .hasValueSatisfying(policy ->
                        assertThat(policy).contains("default-src 'self'").contains("frame-ancestors 'none'"));
        assertThat(page.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(page.headers().firstValue("x-frame-options")).hasValue("DENY");
        assertThat(page.headers().firstValue("referrer-policy")).hasValue("no-referrer");
        assertThat(page.headers().firstValue("cache-control")).hasValue("no-store");
    }

    /** Last, because it leaves the backends shaken. */
    @Test
    @Order(Integer.MAX_VALUE)
    void output_holdsNoTokenNorCard_whateverGoesWrong() throws Exception {
        String token = issuer.token("chatty", "authorize read");
        String forged = issuer.signWithAnotherKey(TestIssuer.claims("forger", "admin"));
        String card = "c-secret-card-77";
        List<String> secrets = List.of(token, signature(token), forged, signature(forged), Replica.SECRET, card);
        String payment = Replica.payment("log-1", card, "640.00");

        assertThat(post("/v1/authorizations", token, payment).statusCode()).isEqualTo(200);
        post("/v1/authorizations", forged, payment);
        post("/v1/authorizations", token, payment.substring(0, 150));
        post("/v1/authorizations", token, payment.replace("57.16", "x").replace("ECOM", card));
        post("/v1/authorizations", token, payment.replace("640.00", "641.00"));
        String entity = get("/v1/entities/card/" + card + "/features", token).body();
        backends.inject(Fault.REDIS_PAUSE);
        backends.inject(Fault.KAFKA_STOP);
        try {
            for (int i = 0; i < 20; i++) {
                post("/v1/authorizations", token, Replica.payment("log-down-" + i, card, "640.00"));
            }
            get("/v1/entities/card/" + card + "/features", token);
        } finally {
            backends.inject(Fault.KAFKA_RESTART);
            backends.inject(Fault.REDIS_RESUME);
        }
        String metrics = replica.get("/actuator/prometheus").body();

        assertThat(printedSoFar()).as("the service was heard").contains("NettyWebServer");
        for (String secret : secrets) {
            assertThat(printedSoFar().contains(secret)).as("printed").isFalse();
            assertThat(metrics.contains(secret)).as("in metrics").isFalse();
        }
        assertThat(entity).doesNotContain(token);
    }

    private static String signature(String token) {
        return token.substring(token.lastIndexOf('.') + 1);
    }
}
