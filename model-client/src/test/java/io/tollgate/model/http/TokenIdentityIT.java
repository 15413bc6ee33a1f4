package io.tollgate.model.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tollgate.model.http.TokenIdentity.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Identities without a secret, against stand-ins of what grants them tokens, on a clock of our own. */
class TokenIdentityIT {
    private static final String SCOPE = "https://redis.azure.com/.default";
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir
    private Path directory;

    private final ConcurrentLinkedQueue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final SetClock clock = new SetClock();
    private HttpServer server;
    private volatile String lifetime = "";

    /** What came to the stand-in. */
    private record Asked(String method, String target, String metadata, String secret, String body) {}

    private static final class SetClock extends Clock {
        private volatile Instant now = NOW;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.fixed(now, zone);
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::grant);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void grant(HttpExchange exchange) throws IOException {
        asked.add(new Asked(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                String.valueOf(exchange.getRequestHeaders().getFirst("Metadata")),
                String.valueOf(exchange.getRequestHeaders().getFirst("X-IDENTITY-HEADER")),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        byte[] body = "{\"token_type\":\"Bearer\",%s,\"access_token\":\"token-%d\"}"
                .formatted(lifetime, asked.size())
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static TokenIdentity identity(Kind kind) {
        return new TokenIdentity(kind, "", "", "", SCOPE);
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void workload_provesItselfByTheFile_readAnewForEachToken() throws IOException {
        lifetime = "\"expires_in\":3600";
        Path file = directory.resolve("token");
        Files.writeString(file, "first.assertion\n");
        Map<String, String> environment = Map.of(
                "AZURE_AUTHORITY_HOST",
                url().toString(),
                "AZURE_TENANT_ID",
                "tenant-1",
                "AZURE_CLIENT_ID",
                "app-1",
                "AZURE_FEDERATED_TOKEN_FILE",
                file.toString());
        try (OauthTokens tokens = new OauthTokens(identity(Kind.WORKLOAD).request(environment), clock)) {
            until(() -> "token-1".equals(tokens.token()));
            Files.writeString(file, "second.assertion\n");
            clock.now = NOW.plus(Duration.ofMinutes(50));
            until(() -> "token-2".equals(tokens.token()));
        }

        assertThat(asked)
                .extracting(Asked::method, Asked::target)
                .containsOnly(tuple("POST", "/tenant-1/oauth2/v2.0/token"));
        assertThat(asked)
                .extracting(Asked::body)
                .satisfiesExactly(
                        first -> assertThat(first.split("&"))
                                .containsExactlyInAnyOrder(
                                        "grant_type=client_credentials",
                                        "client_id=app-1",
                                        "scope=https%3A%2F%2Fredis.azure.com%2F.default",
                                        "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
                                        "client_assertion=first.assertion"),
                        second -> assertThat(second).contains("client_assertion=second.assertion"));
    }

    @Test
    void problem_tellsThatTheFileCannotBeRead_andTheTokenComesWithIt() throws IOException {
        lifetime = "\"expires_in\":3600";
        Path file = directory.resolve("token");
        WorkloadIdentity identity = new WorkloadIdentity(url(), "app-1", file, SCOPE);
        try (OauthTokens tokens = new OauthTokens(identity, clock)) {
            until(() -> tokens.problem().equals("what proves the identity cannot be read (NoSuchFileException)"));
            Files.writeString(file, "assertion");
            clock.now = NOW.plus(Duration.ofSeconds(2));
            until(() -> "token-1".equals(tokens.token()));
        }
    }

    @Test
    void machine_asksItsMetadataService_andReadsLifetimesThatAreTexts() {
        lifetime = "\"expires_in\":\"3600\",\"expires_on\":\"1\"";
        Map<String, String> environment =
                Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", url().toString(), "AZURE_CLIENT_ID", "user-1");
        try (OauthTokens tokens = new OauthTokens(identity(Kind.MANAGED).request(environment), clock)) {
            until(() -> "token-1".equals(tokens.token()));
            clock.now = NOW.plus(Duration.ofMinutes(45));
            assertThat(tokens.token()).isEqualTo("token-1");
            clock.now = NOW.plus(Duration.ofMinutes(50));
            until(() -> "token-2".equals(tokens.token()));
        }

        assertThat(asked)
                .containsOnly(new Asked(
                        "GET",
                        "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fredis.azure.com"
                                + "&client_id=user-1",
                        "true",
                        "null",
                        ""));
    }

    @Test
    void app_asksItsPlatform_andReadsWhenATokenExpires() {
        lifetime = "\"expires_on\":\"" + NOW.plus(Duration.ofMinutes(60)).getEpochSecond() + "\"";
        Map<String, String> environment =
                Map.of("IDENTITY_ENDPOINT", url() + "/msi/token", "IDENTITY_HEADER", "its secret");
        try (OauthTokens tokens = new OauthTokens(identity(Kind.MANAGED).request(environment), clock)) {
            until(() -> "token-1".equals(tokens.token()));
            clock.now = NOW.plus(Duration.ofMinutes(45));
            assertThat(tokens.token()).isEqualTo("token-1");
            clock.now = NOW.plus(Duration.ofMinutes(58));
            assertThat(tokens.token()).isNull();
        }

        assertThat(asked)
                .first()
                .isEqualTo(new Asked(
                        "GET",
                        "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fredis.azure.com",
                        "null",
                        "its secret",
                        ""));
    }

    @Test
    void identity_isRefused_whenSomethingIsMissingOrLeadsElsewhere() {
        assertThatThrownBy(() -> identity(Kind.WORKLOAD).request(Map.of("AZURE_TENANT_ID", "t")))
                .hasMessage("a workload identity needs the environment variable AZURE_CLIENT_ID");
        assertThatThrownBy(() -> identity(Kind.MANAGED).request(Map.of("IDENTITY_ENDPOINT", url().toString())))
                .hasMessage("a managed identity needs the environment variable IDENTITY_HEADER");
        assertThatThrownBy(() -> ManagedIdentity.ofMachine(URI.create("http://example.org"), "r", null))
                .hasMessageContaining("'http' on 'example.org'");
        assertThatThrownBy(() -> new WorkloadIdentity(URI.create("http://example.org"), "c", Path.of("f"), SCOPE))
                .hasMessageContaining("must be https");
        assertThatThrownBy(() -> TokenIdentity.of("nobody", "", "", "", SCOPE)).hasMessageContaining("'nobody'");
        assertThat(TokenIdentity.of("", "", "", "", SCOPE)).isNull();
    }

    @Test
    void identity_isTold_withoutItsSecrets() {
        assertThat(new TokenIdentity(Kind.CLIENT, "https://issuer/token", "id", "hush", SCOPE).toString())
                .doesNotContain("hush");
        assertThat(ManagedIdentity.ofApp(url(), "hush", "r", null).toString()).doesNotContain("hush");
    }
}
