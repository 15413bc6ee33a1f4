package io.tollgate.api.console;

import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.tollgate.api.ScoringApi;
import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The service on a free port, with Redis and Kafka of its own, and features as the pipeline would publish them. */
final class RunningService implements AutoCloseable {
    static final String KEY = "console-it";
    private static final String SECRET = "a secret of 16 characters and more";

    private final BackendsProcess backends;
    private final ConfigurableApplicationContext context;
    private final URI url;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RunningService(BackendsProcess backends, ConfigurableApplicationContext context, URI url) {
        this.backends = backends;
        this.context = context;
        this.url = url;
    }

    static RunningService start(Path scratch) throws IOException {
        BackendsProcess backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
        try {
            SpringApplication application = new SpringApplication(ScoringApi.class);
            application.setWebApplicationType(WebApplicationType.REACTIVE);
            ConfigurableApplicationContext context = application.run(
                    "--spring.profiles.active=local",
                    "--server.port=0",
                    "--tollgate.warm-up=0",
                    // Ten times the usual: the page is tested here, not the deadline of a cold service.
                    "--tollgate.budget.total=500ms",
                    "--tollgate.budget.features=200ms",
                    "--tollgate.budget.record=60ms",
                    "--tollgate.budget.reserve=60ms",
                    "--tollgate.key-secret=" + SECRET,
                    "--tollgate.security.api-key=" + KEY,
                    "--tollgate.redis.uri=" + backends.settings().redisUri(),
                    "--tollgate.kafka.bootstrap="
                            + backends.settings().kafkaProperties().get("bootstrap.servers"),
                    "--tollgate.outbox.directory=" + scratch.resolve("outbox"));
            var server = ((ReactiveWebServerApplicationContext) context).getWebServer();
            if (server == null) {
                throw new IllegalStateException("the service started without a server");
            }
            return new RunningService(backends, context, URI.create("http://127.0.0.1:" + server.getPort()));
        } catch (RuntimeException e) {
            backends.close();
            throw e;
        }
    }

    URI url() {
        return url;
    }

    /** Publishes what these events make of every entity they touch, and the heartbeat of a pipeline that is up to date. */
    void publish(List<? extends FeatureEvent> events) {
        FeatureEngine engine = FeatureEngine.compile(FeatureSets.find("fraud-v3"), IdHasher.of(SECRET));
        Map<EntityRef, EntityState> states = new HashMap<>();
        for (FeatureEvent event : events) {
            for (EntityRef entity : engine.entitiesOf(event)) {
                states.computeIfAbsent(entity, ref -> engine.newState(ref.type()))
                        .fold(event);
            }
        }
        long now = System.currentTimeMillis();
        RedisClient redis = RedisClient.create(backends.settings().redisUri());
        try (StatefulRedisConnection<byte[], byte[]> connection = redis.connect(ByteArrayCodec.INSTANCE)) {
            RedisCommands<byte[], byte[]> commands = connection.sync();
            states.forEach((entity, state) -> {
                for (Published published : state.publish(entity.idHash(), 1, now)) {
                    commands.set(published.key(), published.blob(), SetArgs.Builder.px(published.timeToLive()));
                }
            });
            commands.hset(engine.progressKey(), ascii("0"), ascii(now + ":" + now + ":1"));
        } finally {
            redis.shutdown();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Asks for a decision and returns the answer's JSON. */
    String pay(String id, String amount, String card, String entryMode, String device)
            throws IOException, InterruptedException {
        String body = """
                {"transactionId":"%s","occurredAt":"%s","amount":{"value":"%s","currency":"EUR"},
                 "card":{"token":"%s","entryMode":"%s"},
                 "merchant":{"id":"m-3156","categoryCode":"5411","country":"DE"}%s}""".formatted(id, Instant.now(), amount, card, entryMode, device);
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(url.resolve("/v1/authorizations"))
                        .timeout(Duration.ofSeconds(30))
                        .header("Authorization", "Bearer " + KEY)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(
                    "payment " + id + " was answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() {
        context.close();
        backends.close();
    }
}
