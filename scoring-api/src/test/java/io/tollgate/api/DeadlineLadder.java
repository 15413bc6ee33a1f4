package io.tollgate.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import io.tollgate.local.endpoint.ModelEndpoint;
import io.tollgate.local.proxy.FaultProxy;
import io.tollgate.model.artifact.ModelArtifact;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One service between a Redis and a model endpoint, with a faulty network to each, for all tests of the deadline ladder.
 * Every payment that goes through here is held to the contract: HTTP 200, in time.
 */
final class DeadlineLadder implements AutoCloseable {
    /**
     * The client, the test, the service and its backends share a few cores. Far below the faults' own length, which is
     * for ever.
     */
    static final Duration ALLOWANCE = Duration.ofMillis(800);

    static final Duration FOR_EVER = Duration.ofMinutes(5);

    /** A breaker tries again after a second, a silent connection is given up after three. */
    private static final Duration HEALS_WITHIN = Duration.ofSeconds(30);

    /** In a row, after which a breaker is closed and not only half-open. */
    private static final int HEALTHY = 6;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Path scratch;
    private final BackendsProcess backends;
    private final FaultProxy redisLink;
    private final FaultProxy modelLink;
    private final ModelEndpoint endpoint;
    private final ModelArtifact artifact;
    private final Replica replica;
    private final RedisClient redisClient;
    private final StatefulRedisConnection<byte[], byte[]> redis;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private DeadlineLadder() throws Exception {
        scratch = Files.createTempDirectory("tollgate-ladder-");
        backends = BackendsProcess.start(BackendOptions.only(Service.REDIS, Service.KAFKA));
        RedisURI uri = RedisURI.create(backends.settings().redisUri());
        redisLink = FaultProxy.to(uri.getHost(), uri.getPort());
        Path models = SmallModels.write(scratch.resolve("fraud-7"), FeatureSets.fraudV3(), "7", SmallModels.CAUTIOUS);
        artifact = ModelArtifact.read(models);
        endpoint = ModelEndpoint.start(artifact, 0);
        modelLink = FaultProxy.to("127.0.0.1", endpoint.port());
        redisClient = RedisClient.create(uri);
        redis = redisClient.connect(ByteArrayCodec.INSTANCE);
        replica = replica(
                "ladder",
                "--tollgate.model.directory=" + models,
                "--tollgate.model.url=http://127.0.0.1:" + modelLink.port() + "/invocations");
        // The caller's client is cold, too, and its first second is not the service's.
        var unused = replica.authorize(Replica.payment("ladder-first", "c-ladder-first", "12.00"));
        log.start();
    }

    /** One more replica, over the same faulty links; the caller closes it. */
    Replica replica(String name, String... more) {
        String[] all = new String[more.length + 1];
        all[0] = "--tollgate.redis.uri=redis://127.0.0.1:" + redisLink.port();
        System.arraycopy(more, 0, all, 1, more.length);
        return Replica.start(backends.settings(), scratch.resolve(name), all);
    }

    BackendsProcess backends() {
        return backends;
    }

    FaultProxy redisLink() {
        return redisLink;
    }

    FaultProxy modelLink() {
        return modelLink;
    }

    ModelEndpoint endpoint() {
        return endpoint;
    }

    ModelArtifact artifact() {
        return artifact;
    }

    Replica replica() {
        return replica;
    }

    /** Past the faults, to plant things and to look. */
    StatefulRedisConnection<byte[], byte[]> redis() {
        return redis;
    }

    /** A payment that was answered as the contract has it. */
    record Paid(String id, JsonNode answer, String body, Duration took, double featuresMs) {
        List<String> degraded() {
            return answer.path("degraded").valueStream().map(JsonNode::asString).toList();
        }
    }

    static String freshId(String prefix) {
        return prefix + "-" + NUMBER.incrementAndGet();
    }

    /** A harmless payment of a card never seen before. */
    Paid pay() throws Exception {
        String id = freshId("ladder");
        return pay(replica, id, Replica.payment(id, "c-" + id, "12.00"));
    }

    Paid pay(String body) throws Exception {
        return pay(
                replica,
                JsonMapper.shared().readTree(body).path("transactionId").asString(),
                body);
    }

    static Paid pay(Replica replica, String id, String body) throws Exception {
        long start = System.nanoTime();
        HttpResponse<String> response = replica.authorize(body);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(took).as(response.body()).isLessThan(Replica.BUDGET.plus(ALLOWANCE));
        String timing = response.headers().firstValue("server-timing").orElse("features;dur=0,");
        double featuresMs = Double.parseDouble(timing.replaceFirst("^features;dur=([0-9.]+),.*$", "$1"));
        return new Paid(id, JsonMapper.shared().readTree(response.body()), response.body(), took, featuresMs);
    }

    /** What the service recorded of a payment. */
    JsonNode record(Paid paid) throws Exception {
        return replica.json("/v1/authorizations/" + paid.id());
    }

    /** What was found of a group. */
    JsonNode group(Paid paid, String name) throws Exception {
        return record(paid)
                .path("groups")
                .valueStream()
                .filter(group -> group.path("group").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    Meters meters() throws Exception {
        return Meters.of(replica);
    }

    /** Takes every fault away and pays until nothing is degraded any more: by itself, the service recovers. */
    void heal() throws Exception {
        redisLink.clear();
        modelLink.clear();
        endpoint.faults().clear();
        long end = System.nanoTime() + HEALS_WITHIN.toNanos();
        List<String> last = List.of();
        for (int healthy = 0; healthy < HEALTHY; ) {
            last = pay().degraded();
            healthy = last.isEmpty() ? healthy + 1 : 0;
            assertThat(System.nanoTime()).as("still %s", last).isLessThan(end);
        }
    }

    private void listen() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        // Starting a service sets logging up anew and forgets who listened.
        if (!root.isAttached(log)) {
            log.setContext(root.getLoggerContext());
            log.start();
            root.addAppender(log);
        }
    }

    /** A dependency's fault is no error of ours, and every signal has somebody who takes it. */
    private void assertNoErrorWasLogged() {
        List<String> errors = List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR)
                        || event.getFormattedMessage().contains("Dropped"))
                .map(event -> event.getLoggerName() + ": " + event.getFormattedMessage() + " "
                        + (event.getThrowableProxy() == null
                                ? ""
                                : event.getThrowableProxy().getClassName()))
                .toList();
        log.list.clear();
        assertThat(errors).isEmpty();
    }

    @Override
    public void close() throws IOException {
        replica.close();
        redisClient.shutdown();
        endpoint.close();
        redisLink.close();
        modelLink.close();
        backends.close();
        Utils.delete(scratch.toFile());
    }

    /** Starts one for all classes that ask for it, heals it before each test, and looks at its log after. */
    static final class Shared implements ParameterResolver, BeforeEachCallback, AfterEachCallback {
        private static DeadlineLadder of(ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(
                            DeadlineLadder.class,
                            key -> {
                                try {
                                    return new DeadlineLadder();
                                } catch (Exception e) {
                                    throw new IllegalStateException("the ladder does not stand", e);
                                }
                            },
                            DeadlineLadder.class);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == DeadlineLadder.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return of(context);
        }

        @Override
        public void beforeEach(ExtensionContext context) throws Exception {
            DeadlineLadder ladder = of(context);
            ladder.heal();
            ladder.listen();
            ladder.log.list.clear();
        }

        @Override
        public void afterEach(ExtensionContext context) {
            of(context).assertNoErrorWasLogged();
        }
    }
}
