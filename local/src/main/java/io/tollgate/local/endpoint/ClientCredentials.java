package io.tollgate.local.endpoint;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An OAuth 2.0 token endpoint for one client, where Databricks has its own: {@code POST /oidc/v1/token} with the client
 * credentials grant (RFC 6749, section 4.4). Thread-safe.
 */
public final class ClientCredentials {
    /** Where tokens are granted. */
    public static final String PATH = "/oidc/v1/token";

    private final String basic;
    private final Duration lifetime;
    private final Clock clock;
    private final Map<String, Instant> granted = new ConcurrentHashMap<>();
    private final AtomicInteger grants = new AtomicInteger();

    /** Tokens are good for {@code lifetime} by {@code clock}. */
    public ClientCredentials(String clientId, String clientSecret, Duration lifetime, Clock clock) {
        this.basic = "Basic "
                + Base64.getEncoder().encodeToString((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /** Tokens granted so far. */
    public int grants() {
        return grants.get();
    }

    @Nullable
    String grant(@Nullable String authorization, String form) {
        if (!basic.equals(authorization) || !form.contains("grant_type=client_credentials")) {
            return null;
        }
        grants.incrementAndGet();
        String token = UUID.randomUUID().toString();
        granted.put(token, clock.instant().plus(lifetime));
        return "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":" + lifetime.toSeconds()
                + "}";
    }

    boolean accepts(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            return false;
        }
        Instant expiry = granted.get(authorization.substring("Bearer ".length()));
        return expiry != null && clock.instant().isBefore(expiry);
    }
}
