package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tollgate.api.security.TestIssuer;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Drives the running service from its own description: whatever is drawn from it, and whatever breaks it, gets an answer
 * that the description names, of the media type and the schema that it gives. Seeded; the seed is in every message.
 */
class OpenApiIT {
    private static final long SEED = 20_261_122;
    private static final int DRAWS = 60;
    private static final int PAYMENTS = 1_500;
    private static final int BURST = 200;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    @TempDir
    static Path scratch;

    private static BackendsProcess backends;
    private static TestIssuer issuer;
    private static Replica replica;
    private static JsonNode description = JsonMapper.shared().createObjectNode();

    private final Random random = new Random(SEED);
    private final SchemaDraws draws = new SchemaDraws(description, random);
    private final Map<String, Schema> schemas = new HashMap<>();
    private final Map<String, Map<Integer, Integer>> statuses = new TreeMap<>();
    private final Set<String> known = new TreeSet<>(Set.of("oa-1"));
    private static int clients;

    @BeforeAll
    static void start() throws Exception {
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
        issuer = TestIssuer.start();
        replica = Replica.startWithIssuer(
                backends.settings(),
                scratch.resolve("outbox"),
                issuer.keys(),
                "--tollgate.limits.client-rate=1",
                "--tollgate.limits.client-burst=" + BURST);
        description = replica.json("/openapi.json");
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
    }

    /** @param operation as the description has it */
    private record Operation(String method, String path, JsonNode operation) {
        String name() {
            return method + " " + path;
        }

        String scope() {
            return operation.path("security").path(0).path("bearer").path(0).asString();
        }

        /** Its 200 ends, unlike that of a stream. */
        boolean ends() {
            return !operation.at("/responses/200/content").has("text/event-stream");
        }
    }

    private static List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : description.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                operations.add(
                        new Operation(method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue()));
            }
        }
        return operations;
    }

    /** A client that has its whole burst before it. */
    private String token(String scope) throws Exception {
        return issuer.token("client-" + clients++, scope);
    }

    private String path(Operation operation) {
        String path = operation.path();
        for (JsonNode parameter :
                operation.operation().path("parameters").valueStream().toList()) {
            String name = parameter.path("name").asString();
            List<String> values = switch (name) {
                case "type" -> List.of("card", "merchant", "device", "ip", "account", "planet");
                case "version" -> List.of("v3", "v4", "nonsense");
                default -> List.of(String.join("", known), "c-1", "4111111111111111", "a b", "%", "\u00e4");
            };
            String value = URLEncoder.encode(values.get(random.nextInt(values.size())), StandardCharsets.UTF_8)
                    .replace("+", "%20");
            path = path.replace("{" + name + "}", value);
        }
        return path;
    }

    private HttpResponse<String> send(String method, String path, String authorization, String type, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(replica.url().resolve(path))
                .header("Authorization", authorization)
                .timeout(ANSWER_WITHIN)
                .header("Content-Type", type)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            return replica.send(request);
        } catch (HttpTimeoutException e) {
            throw new AssertionError("no answer: " + request + " " + type + " " + authorization + " " + body, e);
        }
    }

    private void check(Operation operation, HttpResponse<String> response, String sent) {
        int status = response.statusCode();
        String what = "seed " + SEED + ": " + operation.name() + " " + sent + " -> " + status + " " + response.body();
        JsonNode declared = operation.operation().path("responses").path(Integer.toString(status));
        assertThat(declared.isObject()).as("undocumented answer; %s", what).isTrue();
        if (declared.has("$ref")) {
            declared = description.at(declared.path("$ref").asString().substring(1));
        }
        String type =
                response.headers().firstValue("content-type").orElse("none").split(";", 2)[0];
        assertThat(declared.path("content").has(type))
                .as("media type %s; %s", type, what)
                .isTrue();
        JsonNode schema = declared.path("content").path(type).path("schema");
        assertThat(schemas.computeIfAbsent(schema.toString(), text -> compile(schema))
                        .validate(JsonMapper.shared().readTree(response.body())))
                .as(what)
                .isEmpty();
        for (String header : declared.path("headers").propertyNames()) {
            // A recorded decision is given again without the times that it once took.
            assertThat(response.headers().firstValue(header).isPresent() || header.equals("Server-Timing"))
                    .as("header %s; %s", header, what)
                    .isTrue();
        }
        statuses.computeIfAbsent(operation.name(), name -> new TreeMap<>()).merge(status, 1, Integer::sum);
    }

    /** The schema within the whole description, where its references lead. */
    private static Schema compile(JsonNode schema) {
        ObjectNode whole = description.deepCopy().asObject();
        whole.putArray("allOf").add(schema);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(whole);
    }

    @Test
    void payments_drawnFromTheDescription_areDecided_andBrokenOnesRefused() throws Exception {
        Operation authorize = operations().stream()
                .filter(operation -> operation.name().equals("POST /v1/authorizations"))
                .findFirst()
                .orElseThrow();
        JsonNode schema = authorize.operation().at("/requestBody/content/application~1json/schema");
        Map<Integer, Integer> allowed = new TreeMap<>();
        Map<Integer, Integer> broken = new TreeMap<>();
        String token = "";
        for (int i = 0; i < PAYMENTS; i++) {
            if (i % BURST == 0) {
                token = "Bearer " + token("authorize");
            }
            boolean valid = random.nextBoolean();
            ObjectNode payment = (valid ? draws.valid(schema) : draws.broken(schema)).asObject();
            if (payment.path("amount").path("currency").isString()
                    && payment.at("/amount/currency").asString().length() == 3) {
                // Which currencies there are is the rates table's matter and no schema's.
                ((ObjectNode) payment.path("amount")).put("currency", "EUR");
            }
            if (valid) {
                payment.put("transactionId", "drawn-" + i);
            }
            String sent = payment.toString();
            HttpResponse<String> response = send("POST", authorize.path(), token, "application/json", sent);

            check(authorize, response, sent);
            (valid ? allowed : broken).merge(response.statusCode(), 1, Integer::sum);
        }
        System.out.println("description: " + PAYMENTS + " payments, answers by status, drawn by it and breaking it "
                + allowed + " " + broken);
        assertThat(allowed.keySet())
                .as("what the description allows is decided")
                .containsExactly(200);
        assertThat(broken)
                .as("what breaks it is refused")
                .hasEntrySatisfying(400, count -> assertThat(count).isGreaterThan(PAYMENTS / 4));
    }

    @Test
    void everyOperation_answersAsDescribed_toWhateverIsSent() throws Exception {
        List<String> bodies = List.of("", "{}", "[1,2", "name: x\nversion: v9\n", "\u0000", "x".repeat(30_000));
        List<String> types = List.of("application/json", "application/yaml", "text/plain", "image/png");
        send(
                "POST",
                "/v1/authorizations",
                "Bearer " + token("authorize"),
                "application/json",
                Replica.payment("oa-1", "c-1", "1.00"));
        for (Operation operation : operations()) {
            for (int i = 0; i < DRAWS; i++) {
                String path = path(operation);
                String body = bodies.get(random.nextInt(operation.method().equals("GET") ? 1 : bodies.size()));
                String type = types.get(random.nextInt(types.size()));
                String authorization = switch (random.nextInt(operation.ends() ? 6 : 3)) {
                    case 0 -> "Bearer none";
                    case 1 -> "Basic bG9jYWw6bG9jYWw=";
                    case 2 -> "Bearer " + token(operation.scope().equals("authorize") ? "read" : "authorize");
                    default -> "Bearer " + token(operation.scope());
                };
                check(
                        operation,
                        send(operation.method(), path, authorization, type, body),
                        path + " " + type + " " + body);
            }
            assertThat(statuses.get(operation.name())).as(operation.name()).containsKeys(401, 403);
        }
        System.out.println("description: " + DRAWS + " requests for each operation, answers by status " + statuses);
    }

    @Test
    void everyOperation_tellsAClientThatSendsTooMuch_asDescribed() throws Exception {
        String token = "Bearer " + token("authorize read admin");
        HttpResponse<String> response = send("GET", "/v1/nothing", token, "text/plain", "");
        for (int i = 0; i < 2 * BURST && response.statusCode() != 429; i++) {
            response = send("GET", "/v1/nothing", token, "text/plain", "");
        }
        for (Operation operation : operations()) {
            // One request a second is let through; a stream that is let through would not end.
            for (int i = 0; i < 3 && operation.ends(); i++) {
                response = send(operation.method(), path(operation), token, "text/plain", "");
                check(operation, response, "too much");
                if (response.statusCode() == 429) {
                    break;
                }
            }
            assertThat(response.statusCode()).as(operation.name()).isEqualTo(429);
        }
    }

    @Test
    void undeclaredMethods_areRefused_withThoseThatThereAre() throws Exception {
        String token = "Bearer " + token("authorize read admin");
        Map<String, Set<String>> declared = new TreeMap<>();
        operations()
                .forEach(operation -> declared.computeIfAbsent(operation.path(), path -> new TreeSet<>())
                        .add(operation.method()));
        for (Map.Entry<String, Set<String>> path : declared.entrySet()) {
            for (String method : METHODS) {
                if (path.getValue().contains(method)) {
                    continue;
                }
                // "rollback" could be a version as well.
                String asked = path.getKey().replace("{type}", "card").replaceAll("\\{.*?}", "v3");
                if (declared.entrySet().stream()
                        .anyMatch(other -> other.getValue().contains(method)
                                && asked.matches(other.getKey().replaceAll("\\{.*?}", "[^/]+")))) {
                    continue;
                }
                HttpResponse<String> response = send(method, asked, token, "application/json", "");

                assertThat(response.statusCode()).as("%s %s", method, asked).isEqualTo(405);
                assertThat(response.headers().firstValue("allow"))
                        .as("%s %s", method, asked)
                        .hasValueSatisfying(
                                allow -> assertThat(allow.split(", ")).containsAll(path.getValue()));
            }
        }
    }
}
