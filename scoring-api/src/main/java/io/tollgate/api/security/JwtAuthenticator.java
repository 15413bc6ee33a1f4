package io.tollgate.api.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * OAuth 2.0 access tokens as JWT (RFC 9068), checked against the issuer's published keys.
 *
 * <p>A token that was verified once is remembered by its digest until it expires, so the hot path costs one digest and
 * one look-up; a new token is verified off the event loop, where fetching the issuer's keys may block. Keys are cached,
 * refreshed ahead of time and kept through an outage of the issuer.
 */
public final class JwtAuthenticator implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(JwtAuthenticator.class);

    private static final Mono<Access> MISSING = Mono.just(new Access.Denied("a bearer token is required"));

    /** Longer than any access token in use; more is an attempt to keep the verifier busy. */
    private static final int MAX_TOKEN_CHARS = 8_192;

    /** Enough for every client of a fleet several times over, at about 200 bytes each. */
    private static final int MAX_REMEMBERED = 10_000;

    /** A revoked client is out after this long even when its token lives for hours. */
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(5);

    private static final int KEYS_TIMEOUT_MS = 2_000;

    /** A key that the issuer takes back is good for so long. */
    private static final Duration KEYS_FRESH_FOR = Duration.ofMinutes(5);

    /** An issuer that is away for longer is no outage any more. */
    private static final Duration KEYS_KEPT_FOR = Duration.ofHours(24);

    private static final int MAX_KEYS_BYTES = 256 * 1024;

    private final DefaultJWTProcessor<SecurityContext> processor;
    private final Clock clock;
    private final Cache<String, Access.Granted> verified = Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    /**
     * @param keys where the issuer publishes its keys (JWKS)
     * @param issuer the {@code iss} that tokens must carry
     * @param audience the {@code aud} that tokens must carry
     */
    public JwtAuthenticator(URL keys, String issuer, String audience, Clock clock) {
        this(source(keys, KEYS_FRESH_FOR).build(), issuer, audience, clock);
    }

    JwtAuthenticator(JWKSource<SecurityContext> source, String issuer, String audience, Clock clock) {
        this(new DefaultJWTProcessor<>(), clock);
        // Asymmetric algorithms only: a public key must never be usable as an HMAC secret.
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256), source));
        processor.setJWSTypeVerifier((type, context) -> {
            if (type != null
                    && !Set.of("JWT", "AT+JWT").contains(type.toString().toUpperCase(java.util.Locale.ROOT))) {
                throw new BadJOSEException("token type is not an access token");
            }
        });
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("sub", "exp")));
    }

    private JwtAuthenticator(DefaultJWTProcessor<SecurityContext> processor, Clock clock) {
        this.processor = processor;
        this.clock = clock;
    }

    @Override
    public Authenticator lettingIn(String token) {
        JwtAuthenticator made = new JwtAuthenticator(processor, clock);
        made.verified.put(digest(token), new Access.Granted("warm-up", EnumSet.of(Scope.AUTHORIZE), Long.MAX_VALUE));
        return made;
    }

    /**
     * Keys are renewed by a thread of their own before they grow old, so that no payment waits for an issuer that is slow
     * or hangs; and fetched when a token names one that is not known, at most twice in 30 s (the library's default).
     */
    static JWKSourceBuilder<SecurityContext> source(URL keys, Duration freshFor) {
        ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "issuer-keys");
            thread.setDaemon(true);
            return thread;
        });
        return JWKSourceBuilder.<SecurityContext>create(
                        keys, new DefaultResourceRetriever(KEYS_TIMEOUT_MS, KEYS_TIMEOUT_MS, MAX_KEYS_BYTES))
                .retrying(true)
                .cache(freshFor.toMillis(), freshFor.dividedBy(20).toMillis())
                .refreshAheadCache(freshFor.dividedBy(10).toMillis(), null, renewal, false, renewal, false)
                .outageTolerant(KEYS_KEPT_FOR.toMillis());
    }

    @Override
    public Mono<Access> authenticate(@Nullable String header, Supplier<Scheduler> home) {
        String token = Authenticator.bearerToken(header);
        if (token == null) {
            return MISSING;
        }
        if (token.length() > MAX_TOKEN_CHARS) {
            return Mono.just(new Access.Denied("the bearer token is too long"));
        }
        String digest = digest(token);
        Access.Granted known = verified.getIfPresent(digest);
        if (known != null && clock.millis() < known.expiresAtMs()) {
            return Mono.just(known);
        }
        return Mono.fromCallable(() -> verify(token, digest))
                .subscribeOn(Schedulers.boundedElastic())
                .publishOn(home.get());
    }

    private Access verify(String token, String digest) {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            Access.Granted granted = new Access.Granted(claims.getSubject(), scopes(claims), expiryMs(claims));
            verified.put(digest, granted);
            return granted;
        } catch (RateLimitReachedException e) {
            // Anybody can name keys that do not exist: not a line in the log for each.
            LOG.debug("the issuer's keys are not fetched again so soon: {}", e.getMessage());
            return new Access.Denied("the token cannot be checked now; try again");
        } catch (KeySourceException e) {
            LOG.warn("cannot fetch the issuer's keys, tokens not seen before are refused: {}", e.getMessage());
            return new Access.Denied("the token cannot be checked now; try again");
        } catch (ParseException | BadJOSEException | JOSEException e) {
            // The library's messages name the claim at fault; some quote claim values, so they stay in the log level
            // that is off in production.
            LOG.debug("token refused: {}", e.getMessage());
            return new Access.Denied("the token is not valid: wrong signature, issuer, audience or expired");
        }
    }

    @SuppressWarnings("JavaUtilDate") // the library's type
    private static long expiryMs(JWTClaimsSet claims) {
        return claims.getExpirationTime().getTime();
    }

    /** Both spellings in use: {@code scope} as one string (RFC 8693), {@code scp} as string or list (Entra ID). */
    private static Set<Scope> scopes(JWTClaimsSet claims) throws ParseException {
        Object claim = claims.getClaim("scope") != null ? claims.getClaim("scope") : claims.getClaim("scp");
        Collection<?> names = claim instanceof Collection<?> list
                ? list
                : claim instanceof String text ? List.of(text.split(" ")) : List.of();
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (Scope scope : Scope.values()) {
            if (names.contains(scope.claim())) {
                scopes.add(scope);
            }
        }
        List<String> roles = claims.getStringListClaim("roles");
        if (roles != null) {
            for (Scope scope : Scope.values()) {
                if (roles.contains(scope.claim())) {
                    scopes.add(scope);
                }
            }
        }
        return scopes;
    }

    /** So that a heap dump does not hold tokens for longer than a request. */
    private static String digest(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
