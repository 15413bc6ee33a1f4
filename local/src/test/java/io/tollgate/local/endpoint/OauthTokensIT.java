package io.tollgate.local.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.model.artifact.ModelArtifact;
import io.tollgate.model.artifact.TestModels;
import io.tollgate.model.http.OauthSettings;
import io.tollgate.model.http.OauthTokens;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens from a real token endpoint, on a clock of our own. */
class OauthTokensIT {
    private static final Duration LIFETIME = Duration.ofMinutes(60);

    @TempDir
    private static Path parent;

    private static ModelArtifact artifact;

    private final TestClock clock = new TestClock();
    private ClientCredentials credentials;
    private ModelEndpoint endpoint;

    private static final class TestClock extends Clock {
        private volatile Instant now = TestModels.NOW;

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

        void advance(Duration by) {
            now = now.plus(by);
        }
    }

    @BeforeAll
    static void train() throws Exception {
        artifact = TestModels.write(parent.resolve("fraud-7"), TestModels.train(10, 4, 20, 1));
    }

    @BeforeEach
    void start() {
        credentials = new ClientCredentials("id", "secret", LIFETIME, clock);
        endpoint = ModelEndpoint.start(artifact, 0, credentials, null);
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @Test
    void token_isFetchedOnce_howeverManyAsk() {
        try (OauthTokens tokens = tokens("secret")) {
            until(() -> tokens.token() != null);
            String first = String.valueOf(tokens.token());

            assertThat(IntStream.range(0, 10_000).parallel().mapToObj(i -> String.valueOf(tokens.token())))
                    .containsOnly(first);
            assertThat(credentials.grants()).isOne();
        }
    }

    @Test
    void token_isRenewedInTheBackground_beforeItExpires() {
        try (OauthTokens tokens = tokens("secret")) {
            until(() -> tokens.token() != null);
            String first = String.valueOf(tokens.token());
            clock.advance(LIFETIME.multipliedBy(17).dividedBy(20));

            assertThat(tokens.token()).isEqualTo(first);
            until(() -> !first.equals(tokens.token()));
            assertThat(credentials.grants()).isEqualTo(2);
        }
    }

    @Test
    void token_isServedWhileItIsGood_whenTheTokenEndpointIsDown() {
        try (OauthTokens tokens = tokens("secret")) {
            until(() -> tokens.token() != null);
            endpoint.close();
            clock.advance(LIFETIME.multipliedBy(18).dividedBy(20));
            assertThat(tokens.token()).isNotNull();

            clock.advance(LIFETIME);
            assertThat(tokens.token()).isNull();
            until(() -> tokens.problem().contains("cannot be reached"));
        }
    }

    @Test
    void problem_tellsTheStatus_whenTheSecretIsWrong() {
        try (OauthTokens tokens = tokens("wrong")) {
            until(() -> tokens.problem().equals("the token endpoint answered with status 401"));
            assertThat(tokens.token()).isNull();
        }
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the clock, within 20 s").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private OauthTokens tokens(String secret) {
        return new OauthTokens(OauthSettings.databricks(endpoint.url(), "id", secret), clock);
    }
}
