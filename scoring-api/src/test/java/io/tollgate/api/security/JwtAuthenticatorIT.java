package io.tollgate.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Schedulers;

/** Tokens of a real issuer, whose keys come over HTTP. */
class JwtAuthenticatorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private TestIssuer issuer;
    private JwtAuthenticator authenticator;

    @BeforeEach
    void start() throws IOException {
        issuer = TestIssuer.start();
        authenticator = new JwtAuthenticator(issuer.keys(), TestIssuer.NAME, TestIssuer.AUDIENCE, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    private Access ask(String token) {
        return ask(authenticator, token);
    }

    private static Access ask(Authenticator authenticator, String token) {
        return Objects.requireNonNull(
                authenticator
                        .authenticate("Bearer " + token, Schedulers::immediate)
                        .block(PATIENCE),
                "always one answer");
    }

    private static String reason(Access access) {
        assertThat(access).isInstanceOf(Access.Denied.class);
        return ((Access.Denied) access).reason();
    }

    @Test
    void authenticate_grantsTheTokensScopes_howeverTheyAreSpelled() throws Exception {
        Access granted = ask(issuer.token("pay-1", "authorize read other"));

        assertThat(granted).isInstanceOfSatisfying(Access.Granted.class, access -> {
            assertThat(access.client()).isEqualTo("pay-1");
            assertThat(access.scopes()).isEqualTo(Set.of(Scope.AUTHORIZE, Scope.READ));
        });
        assertThat(ask(issuer.sign(
                        TestIssuer.claims("pay-2", "").claim("scope", null).claim("scp", List.of("admin")))))
                .isInstanceOfSatisfying(
                        Access.Granted.class,
                        access -> assertThat(access.scopes()).containsExactly(Scope.ADMIN));
        assertThat(ask(issuer.sign(TestIssuer.claims("pay-3", "").claim("roles", List.of("read")))))
                .isInstanceOfSatisfying(
                        Access.Granted.class,
                        access -> assertThat(access.scopes()).containsExactly(Scope.READ));
    }

    @Test
    void authenticate_asksTheIssuerOnce_forManyTokens() throws Exception {
        for (int i = 0; i < 20; i++) {
            String token = issuer.token("pay-" + i, "read");
            assertThat(ask(token)).isInstanceOf(Access.Granted.class);
            assertThat(ask(token)).isInstanceOf(Access.Granted.class);
        }

        assertThat(issuer.fetches()).isEqualTo(1);
    }

    @Test
    void authenticate_fetchesTheNewKey_whenTheIssuerHasRotated() throws Exception {
        String old = issuer.token("pay", "read");
        assertThat(ask(old)).isInstanceOf(Access.Granted.class);

        issuer.rotate("second");

        assertThat(ask(issuer.token("pay", "read"))).isInstanceOf(Access.Granted.class);
        assertThat(ask(old)).as("verified before, and not expired").isInstanceOf(Access.Granted.class);
    }

    @Test
    void authenticate_goesOnWithTheKeysItHas_whenTheIssuerIsAway() throws Exception {
        // Keys that are stale at once, so that every token asks the issuer.
        var impatient = new JwtAuthenticator(
                JwtAuthenticator.source(issuer.keys(), Duration.ofMinutes(5))
                        .cache(1, 2_000)
                        .refreshAheadCache(false)
                        .rateLimited(false)
                        .build(),
                TestIssuer.NAME,
                TestIssuer.AUDIENCE,
                Clock.systemUTC());
        assertThat(ask(impatient, issuer.token("before", "read"))).isInstanceOf(Access.Granted.class);

        issuer.down(true);
        int fetches = issuer.fetches();

        assertThat(ask(impatient, issuer.token("during", "read"))).isInstanceOf(Access.Granted.class);
        assertThat(issuer.fetches()).as("it was asked").isGreaterThan(fetches);
        assertThat(reason(ask(impatient, issuer.signWithAnotherKey(TestIssuer.claims("forger", "admin")))))
                .contains("not valid");
    }

    /** Tokens are remembered for minutes: without this, one that comes when the keys have grown old waits for the issuer. */
    @Test
    void keys_areRenewed_thoughNobodyAsks() throws Exception {
        var impatient = new JwtAuthenticator(
                JwtAuthenticator.source(issuer.keys(), Duration.ofSeconds(1))
                        .rateLimited(false)
                        .build(),
                TestIssuer.NAME,
                TestIssuer.AUDIENCE,
                Clock.systemUTC());
        assertThat(ask(impatient, issuer.token("once", "read"))).isInstanceOf(Access.Granted.class);

        long end = System.nanoTime() + PATIENCE.toNanos();
        while (issuer.fetches() < 4) {
            assertThat(System.nanoTime())
                    .as("still %s fetches", issuer.fetches())
                    .isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    @Test
    void authenticate_refuses_andRecovers_whenTheIssuerWasNeverThere() throws Exception {
        issuer.down(true);
        assertThat(reason(ask(issuer.token("early", "read")))).contains("cannot be checked now");

        issuer.down(false);
        assertThat(ask(issuer.token("early", "read"))).isInstanceOf(Access.Granted.class);
    }

    /** Anybody can make up such tokens; neither the issuer nor this service may have much to do with them. */
    @Test
    void authenticate_refusesAnyHeader_andAsksTheIssuerAFewTimes() throws Exception {
        Random random = new Random(160);
        List<String> headers = List.of(
                "{\"alg\":\"RS256\",\"kid\":\"%s\"}",
                "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"at+jwt\"}",
                "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}",
                "{\"alg\":\"none\",\"kid\":\"%s\"}",
                "{\"alg\":\"HS256\",\"kid\":\"%s\"}",
                "{\"alg\":\"RS256\",\"kid\":7,\"x\":\"%s\"}",
                "{\"alg\":\"RS256\",\"crit\":[\"%s\"]}",
                "{\"alg\":\"RS256\",\"b64\":false,\"crit\":[\"b64\"],\"kid\":\"%s\"}",
                "{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/%s\"}",
                "{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"%s\"}}",
                "{\"alg\":\"RS256\",\"x5c\":[\"%s\"]}",
                "{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"kid\":\"%s\"}",
                "{\"alg\":\"RS256\",\"a\":" + "[".repeat(3_000) + "\"%s\"",
                "{\"alg\":[\"RS256\"],\"kid\":\"%s\"}",
                "[\"%s\"]",
                "%s");
        String claims = base64("{\"sub\":\"forger\",\"scope\":\"admin\",\"exp\":9999999999}");
        for (int i = 0; i < 400; i++) {
            String header = headers.get(i % headers.size()).formatted(Long.toHexString(random.nextLong()));
            String token = base64(header) + "." + claims + "." + (i % 3 == 0 ? "" : base64("signature" + i));
            assertThat(ask(i % 7 == 0 ? token + ".x.y" : token)).as(header).isInstanceOf(Access.Denied.class);
        }

        assertThat(issuer.fetches()).isBetween(1, 3);
        assertThat(ask(issuer.token("pay", "read")))
                .as("a good token, meanwhile")
                .isInstanceOf(Access.Granted.class);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private enum Forgery {
        UNSIGNED,
        PUBLIC_KEY_AS_SECRET,
        ANOTHER_KEY,
        OTHER_AUDIENCE,
        NO_AUDIENCE,
        OTHER_ISSUER,
        EXPIRED,
        NEVER_EXPIRES,
        NOT_YET_VALID,
        NO_SUBJECT,
        CHANGED,
        RUBBISH,
        ENORMOUS
    }

    @SuppressWarnings("JavaUtilDate") // the library's type
    private String forge(Forgery forgery) throws Exception {
        JWTClaimsSet.Builder claims = TestIssuer.claims("forger", "admin");
        Date anHourAgo = Date.from(Instant.now().minusSeconds(3_600));
        Date inAnHour = Date.from(Instant.now().plusSeconds(3_600));
        return switch (forgery) {
            case UNSIGNED -> TestIssuer.unsigned(claims);
            case PUBLIC_KEY_AS_SECRET -> issuer.signWithThePublicKeyAsSecret(claims);
            case ANOTHER_KEY -> issuer.signWithAnotherKey(claims);
            case OTHER_AUDIENCE -> issuer.sign(claims.audience("another-service"));
            case NO_AUDIENCE -> issuer.sign(claims.audience((String) null));
            case OTHER_ISSUER -> issuer.sign(claims.issuer("https://elsewhere.test"));
            case EXPIRED -> issuer.sign(claims.expirationTime(anHourAgo));
            case NEVER_EXPIRES -> issuer.sign(claims.expirationTime(null));
            case NOT_YET_VALID -> issuer.sign(claims.notBeforeTime(inAnHour));
            case NO_SUBJECT -> issuer.sign(claims.subject(null));
            case CHANGED -> {
                String[] parts = issuer.sign(claims).split("\\.", -1);
                String other = issuer.token("forger", "read").split("\\.", -1)[1];
                yield parts[0] + "." + other + "." + parts[2];
            }
            case RUBBISH -> "a.b.c";
            case ENORMOUS -> "x".repeat(100_000);
        };
    }

    @ParameterizedTest
    @EnumSource(Forgery.class)
    void authenticate_refuses_whenTheTokenIs(Forgery forgery) throws Exception {
        String token = forge(forgery);

        assertThat(reason(ask(token))).doesNotContain(token.substring(0, 5)).containsAnyOf("not valid", "too long");
    }
}
