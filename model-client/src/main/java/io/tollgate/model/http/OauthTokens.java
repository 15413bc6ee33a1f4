package io.tollgate.model.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Access tokens that a {@link TokenRequest} asks for, cached and renewed in the background before they expire.
 *
 * <p>{@link #token} never waits: it serves what is cached and, when that grows old, starts one renewal, however many
 * threads ask. A failed renewal is tried again after a pause, while the old token is served for as long as it is good.
 *
 * <p>Source: RFC 6749, section 5.1; docs.databricks.com, "Authorize service principal access with OAuth".
 */
public final class OauthTokens implements TokenSource {
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    // Ten times the largest token that we accept.
    private static final int MAX_RESPONSE_BYTES = 80 << 10;
    // RFC 6749 lets the lifetime be left out; no issuer grants less than this by default.
    private static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(5);
    private static final JsonFactory JSON = new JsonFactory();

    private record Token(String value, Instant renewAt, Instant expiresAt) {
        static Token of(String value, Instant granted, Duration lifetime) {
            // A token must not expire on its way to the endpoint: the last twentieth of its life is not used.
            return new Token(
                    value,
                    granted.plus(lifetime.multipliedBy(16).dividedBy(20)),
                    granted.plus(lifetime.multipliedBy(19).dividedBy(20)));
        }
    }

    private final TokenRequest request;
    private final Clock clock;
    private final ExecutorService executor;
    private final HttpClient http;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile @Nullable Token current;
    private volatile Instant retryAt = Instant.MIN;
    private volatile String problem = "no access token yet";

    /** Starts fetching the first token. */
    public OauthTokens(TokenRequest request, Clock clock) {
        this.request = request;
        this.clock = clock;
        this.executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "model-token");
            thread.setDaemon(true);
            return thread;
        });
        HttpClient.Builder client = HttpClient.newBuilder()
                .executor(executor)
                .connectTimeout(OauthSettings.REQUEST_TIMEOUT)
                .version(HttpClient.Version.HTTP_1_1);
        this.http = (request.direct() ? client.proxy(HttpClient.Builder.NO_PROXY) : client).build();
        renewUnlessRenewing(clock.instant());
    }

    @Override
    public @Nullable String token() {
        Instant now = clock.instant();
        Token token = current;
        if (token == null || !now.isBefore(token.renewAt())) {
            renewUnlessRenewing(now);
        }
        return token != null && now.isBefore(token.expiresAt()) ? token.value() : null;
    }

    @Override
    public String problem() {
        return problem;
    }

    private void renewUnlessRenewing(Instant now) {
        if (now.isBefore(retryAt) || !renewing.compareAndSet(false, true)) {
            return;
        }
        CompletableFuture<Void> unused = CompletableFuture.supplyAsync(this::next, executor)
                .thenCompose(next -> http.sendAsync(next, HttpResponse.BodyHandlers.ofInputStream()))
                .thenAccept(response -> take(response, now))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        failed(reason(failure));
                    }
                    renewing.set(false);
                });
    }

    private HttpRequest next() {
        try {
            return request.next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(HttpResponse<InputStream> response, Instant asked) {
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(MAX_RESPONSE_BYTES);
            if (response.statusCode() != 200) {
                failed("the token endpoint answered with status " + response.statusCode());
                return;
            }
            current = parse(bytes, asked);
        } catch (IOException | JacksonException e) {
            failed("the token endpoint's answer cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static Token parse(byte[] body, Instant asked) throws IOException {
        String value = "";
        @Nullable Duration lifetime = null;
        long expiresOn = 0;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken token = json.nextToken();
                if (name.equals("access_token") && token == JsonToken.VALUE_STRING) {
                    value = json.getString();
                } else if (name.equals("expires_in") && isNumber(token)) {
                    lifetime = lifetime(number(json));
                } else if (name.equals("expires_on") && isNumber(token)) {
                    expiresOn = number(json);
                } else {
                    json.skipChildren();
                }
            }
        }
        if (!BearerToken.isValid(value)) {
            throw new IOException("no access_token");
        }
        if (lifetime == null) {
            lifetime = expiresOn > 0 ? lifetime(expiresOn - asked.getEpochSecond()) : DEFAULT_LIFETIME;
        }
        return Token.of(value, asked, lifetime);
    }

    private static boolean isNumber(JsonToken token) {
        return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_STRING;
    }

    /** Azure's metadata services write their numbers as texts. */
    private static long number(JsonParser json) throws IOException {
        try {
            return Long.parseLong(json.getString());
        } catch (NumberFormatException e) {
            throw new IOException("no lifetime", e);
        }
    }

    private static Duration lifetime(long seconds) {
        return Duration.ofSeconds(Math.max(1, Math.min(seconds, 86_400)));
    }

    private void failed(String reason) {
        problem = reason;
        retryAt = clock.instant().plus(RETRY_PAUSE);
    }

    private static String reason(Throwable failure) {
        boolean unproved = false;
        Throwable root = failure;
        while (root.getCause() != null) {
            unproved |= root instanceof UncheckedIOException;
            root = root.getCause();
        }
        return (unproved ? "what proves the identity cannot be read (" : "the token endpoint cannot be reached (")
                + root.getClass().getSimpleName() + ")";
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
