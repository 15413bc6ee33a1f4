package io.tollgate.api.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.tollgate.api.decision.Json;
import io.tollgate.api.decision.ServingContext;
import io.tollgate.api.decision.ServingContexts;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider;
import tools.jackson.core.JsonGenerator;

/**
 * Before the service reports ready it sends itself invented payments over its own socket, so that the first real one
 * meets compiled code, open connections and a warm model. They are decided like any other and then forgotten: claimed
 * for a second under ids that nobody else uses, not published, not counted.
 *
 * <p>Runs after the server has started and before readiness, which is where Spring Boot runs an {@link
 * ApplicationRunner}.
 */
public final class WarmUp implements ApplicationRunner {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /** Being late is worse than being cold. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int CONCURRENCY = 8;

    /** Invented cards and merchants; any number will do that makes different requests. */
    private static final int VARIETY = 1_000;

    /** Evaluations of vectors with a past: enough for the second compiler, a second at most. */
    private static final int EVALUATIONS = 20_000;

    private final int payments;
    private final RehearsalKey key;
    private final ServingContexts contexts;
    private final LoopResources loops;
    private final IntSupplier port;
    private final boolean tls;
    private final Clock clock;
    private final Random random = new Random(42);
    /** Tells this start's payments from those of other replicas, and from anybody's. */
    private final String run = Long.toHexString(new SecureRandom().nextLong());

    /**
     * @param payments how many; 0 for none
     * @param tls whether the service's own port speaks TLS
     */
    public WarmUp(
            int payments,
            RehearsalKey key,
            ServingContexts contexts,
            LoopResources loops,
            IntSupplier port,
            boolean tls,
            Clock clock) {
        this.payments = payments;
        this.key = key;
        this.contexts = contexts;
        this.loops = loops;
        this.port = port;
        this.tls = tls;
        this.clock = clock;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (payments > 0) {
            ServingContext context = contexts.active();
            new InventedPast(context.engine(), clock.instant())
                    .evaluate(context.features(), Math.min(EVALUATIONS, payments));
            rehearse();
        }
        key.end();
    }

    private void rehearse() {
        long start = System.nanoTime();
        ConnectionProvider connections = ConnectionProvider.create("warm-up", CONCURRENCY);
        try {
            HttpClient client = (tls ? trusting(connections) : HttpClient.create(connections))
                    .runOn(loops)
                    .host("127.0.0.1")
                    .port(port.getAsInt())
                    .headers(headers ->
                            headers.set("content-type", "application/json").set(RehearsalKey.HEADER, key.value()));
            Long decided = Flux.range(0, payments)
                    .flatMap(i -> rehearse(client, i), CONCURRENCY)
                    .filter(status -> status == 200)
                    .take(PATIENCE)
                    .count()
                    .block();
            LOG.info("warm-up: {} of {} payments in {} ms", decided, payments, (System.nanoTime() - start) / 1_000_000);
        } finally {
            connections.dispose();
        }
    }

    /** It speaks to itself on the loopback interface, where its certificate's names do not apply. */
    private static HttpClient trusting(ConnectionProvider connections) {
        return HttpClient.create(connections)
                .secure(spec -> spec.sslContext(
                        (SslProvider.GenericSslContextSpec<SslContextBuilder>) Http11SslContextSpec.forClient()
                                .configure(context -> context.trustManager(InsecureTrustManagerFactory.INSTANCE)
                                        .endpointIdentificationAlgorithm(""))));
    }

    private Mono<Integer> rehearse(HttpClient client, int number) {
        byte[] body = body(number);
        return client.post()
                .uri(AuthorizeRoute.PATH)
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
                .responseSingle((response, content) ->
                        content.thenReturn(response.status().code()))
                // A warm-up that fails leaves a cold service, not a broken one; the count in the log tells.
                .onErrorReturn(0);
    }

    private byte[] body(int number) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("transactionId", "warm-up-" + run + "-" + number);
            json.writeStringProperty("occurredAt", clock.instant().toString());
            json.writeObjectPropertyStart("amount");
            json.writeStringProperty("value", random.nextInt(500) + ".99");
            json.writeStringProperty("currency", "EUR");
            json.writeEndObject();
            json.writeObjectPropertyStart("card");
            json.writeStringProperty("token", "warm-up-" + random.nextInt(VARIETY));
            json.writeStringProperty("accountId", "warm-up-" + random.nextInt(VARIETY));
            json.writeStringProperty("entryMode", "ECOM");
            json.writeEndObject();
            json.writeObjectPropertyStart("merchant");
            json.writeStringProperty("id", "warm-up-" + random.nextInt(VARIETY));
            json.writeStringProperty("categoryCode", "5411");
            json.writeStringProperty("country", "DE");
            json.writeEndObject();
            json.writeObjectPropertyStart("device");
            json.writeStringProperty("id", "warm-up-" + random.nextInt(VARIETY));
            json.writeStringProperty("ip", "192.0.2." + random.nextInt(256));
            json.writeEndObject();
            json.writeObjectPropertyStart("location");
            json.writeNumberProperty("lat", 52.0 + random.nextDouble());
            json.writeNumberProperty("lon", 13.0 + random.nextDouble());
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
