package io.tollgate.local.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tollgate.local.net.LocalCertificate;
import io.tollgate.model.FailureCause;
import io.tollgate.model.ModelClient;
import io.tollgate.model.ModelClientListener;
import io.tollgate.model.ModelClientSettings;
import io.tollgate.model.ModelClients;
import io.tollgate.model.Score;
import io.tollgate.model.Score.LocalScore;
import io.tollgate.model.Score.NoScore;
import io.tollgate.model.Score.Scored;
import io.tollgate.model.ScoreRequest;
import io.tollgate.model.artifact.ModelArtifact;
import io.tollgate.model.artifact.TestModels;
import io.tollgate.model.artifact.TestModels.Trained;
import io.tollgate.model.http.EndpointSettings;
import io.tollgate.model.http.EventLoops;
import io.tollgate.model.http.InvocationProtocol;
import io.tollgate.model.http.TokenSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The client against a real endpoint over real connections, healthy and with each fault. */
class ModelClientIT {
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final double AGREEMENT = 1e-6;

    @TempDir
    private static Path parent;

    private static Trained trained;
    private static ModelArtifact artifact;
    private static EventLoopGroup group;
    private static EventLoops eventLoops;

    private ModelEndpoint endpoint;
    private ModelClient client;

    @BeforeAll
    static void train() throws Exception {
        trained = TestModels.train(10, 4, 20, 1);
        artifact = TestModels.write(parent.resolve("fraud-7"), trained);
        group = new MultiThreadIoEventLoopGroup(2, new DefaultThreadFactory("client", true), NioIoHandler.newFactory());
        eventLoops = new EventLoops(group, NioSocketChannel.class, NioDatagramChannel.class);
    }

    @AfterAll
    static void stopLoops() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @BeforeEach
    void start() {
        endpoint = ModelEndpoint.start(artifact, 0);
        client = client(endpoint.url(), InvocationProtocol.MLFLOW);
    }

    @AfterEach
    void stop() {
        client.close();
        endpoint.close();
    }

    @Test
    void score_isTheEndpoints_forEveryRow() {
        for (int row = 0; row < 200; row++) {
            Score score = score(request(row, AMPLE));

            assertThat(score).isInstanceOf(Scored.class);
            assertThat(((Scored) score).probability()).isCloseTo(local(row), within(AGREEMENT));
        }
        // A noisy machine makes for a hedge or two.
        assertThat(endpoint.faults().invocations()).isBetween(200L, 220L);
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void score_isTheEndpoints_inEveryDialect(String path, InvocationProtocol protocol) {
        try (ModelClient other = client(endpoint.url().resolve(path), protocol)) {
            assertThat(join(other.score(request(3, AMPLE)))).isInstanceOf(Scored.class);
        }
    }

    static Stream<Arguments> dialects() {
        return Stream.of(
                Arguments.of("/invocations", InvocationProtocol.MLFLOW),
                Arguments.of("/serving-endpoints/fraud/invocations", InvocationProtocol.MLFLOW),
                Arguments.of("/score", InvocationProtocol.AZURE_ML));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void score_isLocalWithItsCause_underEachFault(Fault fault, FailureCause cause) {
        score(request(0, AMPLE));
        endpoint.faults().set(fault);

        Score score = score(request(1, SHORT));

        assertThat(score).isEqualTo(new LocalScore(local(1), artifact.version(), cause));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void score_isTheEndpointsAgain_afterEachFault(Fault fault, FailureCause cause) {
        endpoint.faults().next(1, fault);
        score(request(1, SHORT));
        endpoint.faults().clear();

        assertThat(score(request(2, AMPLE))).isInstanceOf(Scored.class);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(new Fault.Delay(Duration.ofSeconds(5)), FailureCause.TIMEOUT),
                Arguments.of(new Fault.Hang(), FailureCause.TIMEOUT),
                Arguments.of(new Fault.Trickle(Duration.ofMillis(20)), FailureCause.TIMEOUT),
                Arguments.of(new Fault.Status(429), FailureCause.ERROR_STATUS),
                Arguments.of(new Fault.Status(500), FailureCause.ERROR_STATUS),
                Arguments.of(new Fault.Body("<html>busy</html>"), FailureCause.BAD_RESPONSE),
                Arguments.of(new Fault.Body(""), FailureCause.BAD_RESPONSE),
                Arguments.of(new Fault.Body("{\"predictions\":[1.5]}"), FailureCause.BAD_RESPONSE),
                Arguments.of(new Fault.Noise(), FailureCause.BAD_RESPONSE),
                Arguments.of(new Fault.HalfBody(), FailureCause.BAD_RESPONSE),
                Arguments.of(new Fault.Oversized(1 << 20), FailureCause.BAD_RESPONSE),
                Arguments.of(new Fault.Disconnect(), FailureCause.UNREACHABLE));
    }

    @Test
    void score_isLocal_whenNobodyListens() {
        endpoint.close();

        assertThat(score(request(1, AMPLE)))
                .isEqualTo(new LocalScore(local(1), artifact.version(), FailureCause.UNREACHABLE));
    }

    @Test
    void score_isLocal_whenTheBudgetIsSpent() {
        assertThat(score(request(1, Duration.ZERO)))
                .isEqualTo(new LocalScore(local(1), artifact.version(), FailureCause.TIMEOUT));
        assertThat(endpoint.faults().invocations()).isZero();
    }

    @Test
    void score_isNone_whenThereIsNoModelInProcessEither() {
        endpoint.faults().set(new Fault.Status(500));
        EndpointSettings settings = EndpointSettings.of(endpoint.url(), InvocationProtocol.MLFLOW);
        try (ModelClient alone = ModelClients.endpointOnly(
                settings,
                TokenSource.NONE,
                null,
                artifact.version(),
                artifact.features(),
                ModelClientSettings.defaults(),
                eventLoops,
                ModelClientListener.NONE)) {
            assertThat(join(alone.score(request(1, AMPLE)))).isEqualTo(new NoScore(FailureCause.ERROR_STATUS));
        }
    }

    @Test
    void score_isLocalAtOnce_whileTheBreakerIsOpen() {
        endpoint.faults().set(new Fault.Status(500));
        for (int i = 0; i < ModelClientSettings.defaults().breakerMinimum(); i++) {
            score(request(1, AMPLE));
        }
        long asked = endpoint.faults().invocations();

        assertThat(score(request(1, AMPLE)))
                .isEqualTo(new LocalScore(local(1), artifact.version(), FailureCause.BREAKER_OPEN));
        assertThat(endpoint.faults().invocations()).isEqualTo(asked);
    }

    @Test
    void score_isTheEndpoints_whenItClosesIdleConnections() {
        // After an answer on each loop, so that the client meets a connection which was good and is now closed.
        score(request(1, AMPLE));
        score(request(1, AMPLE));
        endpoint.faults().next(1, new Fault.Disconnect());

        assertThat(score(request(2, AMPLE))).isInstanceOf(Scored.class);
    }

    @Test
    void score_completesOnTheCallersLoop_whenItCallsFromOne() throws Exception {
        String thread = group.submit(() -> {
                    String caller = Thread.currentThread().getName();
                    return client.score(request(1, AMPLE))
                            .thenApply(score ->
                                    caller.equals(Thread.currentThread().getName()));
                })
                .get(20, TimeUnit.SECONDS)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .toString();
        assertThat(thread).isEqualTo("true");
    }

    @Test
    void score_answersAll_whenMoreAreAskedAtOnceThanAreAllowed() {
        int asked = ModelClientSettings.defaults().maxConcurrent() * 2;
        endpoint.faults().set(new Fault.Delay(Duration.ofMillis(300)));
        List<CompletionStage<Score>> scores = new ArrayList<>();
        for (int i = 0; i < asked; i++) {
            scores.add(client.score(request(i, AMPLE)));
        }

        List<Score> given = scores.stream().map(ModelClientIT::join).toList();

        assertThat(given).hasSize(asked);
        assertThat(given.stream()
                        .filter(score -> score instanceof LocalScore local && local.cause() == FailureCause.OVERLOAD))
                .hasSizeGreaterThanOrEqualTo(asked / 2);
        assertThat(given.stream().filter(Scored.class::isInstance)).isNotEmpty();
    }

    @Test
    void score_isTheEndpoints_overTlsWithAToken() throws Exception {
        LocalCertificate certificate = LocalCertificate.create(parent.resolve("tls"));
        ClientCredentials credentials = new ClientCredentials("id", "secret", Duration.ofHours(1), Clock.systemUTC());
        SslContext trust = SslContextBuilder.forClient()
                .trustManager(certificate.certificatePem().toFile())
                .build();
        try (ModelEndpoint secured = ModelEndpoint.start(artifact, 0, credentials, certificate);
                ModelClient granted = client(secured.url(), TokenSource.fixed(token(credentials)), trust);
                ModelClient refused = client(secured.url(), TokenSource.fixed("guessed"), trust);
                ModelClient wary = client(secured.url(), TokenSource.fixed("guessed"), null)) {
            assertThat(join(granted.score(request(1, AMPLE)))).isInstanceOf(Scored.class);
            assertThat(join(granted.score(request(2, AMPLE)))).isInstanceOf(Scored.class);
            assertThat(cause(refused)).isEqualTo(FailureCause.ERROR_STATUS);
            assertThat(cause(wary)).isEqualTo(FailureCause.UNREACHABLE);
        }
    }

    @Test
    void client_isRefused_whenATokenWouldTravelUnencrypted() {
        assertThatThrownBy(() -> client(URI.create("http://w.example/x"), TokenSource.fixed("secret-token"), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a token must not be sent unencrypted to w.example: use an https URL or no token");
    }

    private static FailureCause cause(ModelClient client) {
        return ((LocalScore) join(client.score(request(1, AMPLE)))).cause();
    }

    private static String token(ClientCredentials credentials) {
        String granted = String.valueOf(credentials.grant(
                "Basic " + Base64.getEncoder().encodeToString("id:secret".getBytes(StandardCharsets.UTF_8)),
                "grant_type=client_credentials"));
        return granted.replaceAll(".*\"access_token\":\"([^\"]*)\".*", "$1");
    }

    private static ModelClient client(URI url, InvocationProtocol protocol) {
        return client(EndpointSettings.of(url, protocol), TokenSource.NONE, null);
    }

    private static ModelClient client(URI url, TokenSource tokens, @Nullable SslContext tls) {
        return client(EndpointSettings.of(url, InvocationProtocol.MLFLOW), tokens, tls);
    }

    private static ModelClient client(EndpointSettings settings, TokenSource tokens, @Nullable SslContext tls) {
        return ModelClients.endpointThenLocal(
                settings, tokens, tls, artifact, ModelClientSettings.defaults(), eventLoops, ModelClientListener.NONE);
    }

    private static ScoreRequest request(int row, Duration budget) {
        return new ScoreRequest(trained.rows(), row * trained.features(), budget);
    }

    private static double local(int row) {
        return artifact.ensemble().probability(trained.rows(), row * trained.features());
    }

    private Score score(ScoreRequest request) {
        return join(client.score(request));
    }

    private static Score join(CompletionStage<Score> score) {
        return score.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
