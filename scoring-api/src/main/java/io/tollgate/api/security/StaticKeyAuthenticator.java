package io.tollgate.api.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** One shared key with every scope: for a laptop, refused at start-up anywhere else. */
public final class StaticKeyAuthenticator implements Authenticator {
    private static final Mono<Access> GRANTED =
            Mono.just(new Access.Granted("local", EnumSet.allOf(Scope.class), Long.MAX_VALUE));
    private static final Mono<Access> MISSING =
            Mono.just(new Access.Denied("a bearer token is required: Authorization: Bearer <TOLLGATE_API_KEY>"));
    private static final Mono<Access> WRONG =
            Mono.just(new Access.Denied("the bearer token is not the service's key (TOLLGATE_API_KEY)"));

    private final byte[] key;

    public StaticKeyAuthenticator(String key) {
        if (key.isBlank()) {
            throw new IllegalArgumentException("the API key is empty; set TOLLGATE_API_KEY");
        }
        this.key = key.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Mono<Access> authenticate(@Nullable String header, Supplier<Scheduler> home) {
        String token = Authenticator.bearerToken(header);
        if (token == null) {
            return MISSING;
        }
        // Compares in constant time, so that response times do not spell the key.
        return MessageDigest.isEqual(key, token.getBytes(StandardCharsets.UTF_8)) ? GRANTED : WRONG;
    }

    @Override
    public Authenticator lettingIn(String token) {
        return new StaticKeyAuthenticator(token);
    }
}
