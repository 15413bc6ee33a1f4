package io.tollgate.api;

import io.tollgate.api.security.TestIssuer;
import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.net.LocalCertificate;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One replica of the service on a free port. */
final class Replica implements AutoCloseable {
    /** Within which a payment is answered, unless a replica is started with another. */
    static final Duration BUDGET = Duration.ofMillis(400);

    /** Far above every deadline of the service: only a request that is never answered reaches it. */
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    static final String SECRET = "a secret of 16 characters and more";

    private final ConfigurableApplicationContext context;
    private final URI url;
    private final HttpClient client;

    private Replica(ConfigurableApplicationContext context, URI url, HttpClient client) {
        this.context = context;
        this.url = url;
        this.client = client;
    }

    /** With one static key, as on a laptop. */
    static Replica start(BackendSettings backends, Path outbox, String... more) {
        List<String> all =
                new ArrayList<>(List.of("--spring.profiles.active=local", "--tollgate.security.api-key=local"));
        all.addAll(List.of(more));
        return run(backends, outbox, all, "http://127.0.0.1:", plain());
    }

    /** With one static key, over TLS. */
    static Replica startWithTls(BackendSettings backends, Path outbox, LocalCertificate certificate)
            throws GeneralSecurityException, IOException {
        return run(
                backends,
                outbox,
                List.of(
                        "--spring.profiles.active=local,tls",
                        "--tollgate.security.api-key=local",
                        "--TOLLGATE_TLS_CERTIFICATE=" + certificate.certificatePem(),
                        "--TOLLGATE_TLS_KEY=" + certificate.keyPem()),
                "https://localhost:",
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(certificate.sslContext())
                        .build());
    }

    /** With tokens of an issuer, as in production. */
    static Replica startWithIssuer(BackendSettings backends, Path outbox, URL keys, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "--tollgate.security.keys=" + keys,
                "--tollgate.security.issuer=" + TestIssuer.NAME,
                "--tollgate.security.audience=" + TestIssuer.AUDIENCE));
        all.addAll(List.of(more));
        return run(backends, outbox, all, "http://127.0.0.1:", plain());
    }

    private static Replica run(
            BackendSettings backends, Path outbox, List<String> more, String base, HttpClient client) {
        SpringApplication application = new SpringApplication(ScoringApi.class);
        application.setWebApplicationType(WebApplicationType.REACTIVE);
        Map<String, String> arguments = new LinkedHashMap<>();
        Stream.concat(
                        Stream.of(
                                "--server.port=0",
                                "--tollgate.warm-up=500",
                                "--tollgate.shutdown-announce=0s",
                                // Wider than in production: a test machine is cold and shared.
                                "--tollgate.budget.total=" + BUDGET.toMillis() + "ms",
                                "--tollgate.budget.features=100ms",
                                "--tollgate.budget.record=100ms",
                                "--tollgate.budget.reasons=100ms",
                                "--tollgate.budget.reserve=110ms",
                                "--tollgate.key-secret=" + SECRET,
                                "--tollgate.redis.uri=" + backends.redisUri(),
                                "--tollgate.kafka.bootstrap="
                                        + backends.kafkaProperties().get("bootstrap.servers"),
                                "--tollgate.outbox.directory=" + outbox),
                        more.stream())
                // What is given twice holds as it was given last; Spring would make a list of it.
                .forEach(argument -> arguments.put(argument.substring(0, argument.indexOf('=')), argument));
        ConfigurableApplicationContext context =
                application.run(arguments.values().toArray(String[]::new));
        var server = ((ReactiveWebServerApplicationContext) context).getWebServer();
        if (server == null) {
            throw new IllegalStateException("the service started without a server");
        }
        return new Replica(context, URI.create(base + server.getPort()), client);
    }

    /** The service speaks HTTP/1.1; left to itself, this client asks each new connection for HTTP/2 first. */
    private static HttpClient plain() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    static String payment(String id, String card, String amount) {
        return """
                {"transactionId":"%s","occurredAt":"%s","amount":{"value":"%s","currency":"EUR"},
                 "card":{"token":"%s","accountId":"a-1","entryMode":"ECOM"},
                 "merchant":{"id":"m-3156","categoryCode":"5411","country":"DE"},
                 "device":{"id":"d-%s","ip":"203.0.113.7"},"location":{"lat":52.52,"lon":13.4}}""".formatted(id, Instant.now(), amount, card, card);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url.resolve(path))
                .timeout(ANSWER_WITHIN)
                .header("Authorization", "Bearer local")
                .header("Content-Type", "application/json");
    }

    /** Says what every thread was at when no answer comes: the service runs in this process. */
    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (HttpTimeoutException e) {
            throw new AssertionError(
                    "no answer to " + request.method() + ' ' + request.uri() + " within " + ANSWER_WITHIN + '\n'
                            + threads(),
                    e);
        }
    }

    /** The virtual machine's own dump: it names monitors, owners and classes whose initialisation is waited for. */
    private static String threads() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "threadPrint",
                            new Object[] {new String[] {"-l"}},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            return "no thread dump: " + e;
        }
    }

    HttpResponse<String> authorize(String body) throws IOException, InterruptedException {
        return send(request("/v1/authorizations")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    CompletableFuture<String> authorizeAsync(String body) {
        return client.sendAsync(
                        request("/v1/authorizations")
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .thenApply(HttpResponse::body);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build());
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(get(path).body());
    }

    URI url() {
        return url;
    }

    @Override
    public void close() {
        context.close();
    }
}
