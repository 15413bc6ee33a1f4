package io.tollgate.model.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Access tokens by OAuth 2.0 client credentials, cached and renewed in the background before they expire.
 *
 * <p>{@link #token} never waits: it serves what is cached and, when that grows old, starts one renewal, however many
 * threads ask. A failed renewal is tried again after a pause, while the old token is served for as long as it is good.
 *
 * <p>Source: RFC 6749, section 4.4; docs.databricks.com, "Authorize service principal access with OAuth".
 */
public final class OauthTokens implements TokenSource {
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    // A token endpoint that takes longer is as good as down; the old token has a fifth of its life left by then.
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
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

    private final HttpRequest request;
    private final Clock clock;
    private final ExecutorService executor;
    private final HttpClient http;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile @Nullable Token current;
    private volatile Instant retryAt = Instant.MIN;
    private volatile String problem = "no access token yet";

    /** Starts fetching the first token. */
    public OauthTokens(OauthSettings settings, Clock clock) {
        this.request = request(settings);
        this.clock = clock;
        this.executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "model-token");
            thread.setDaemon(true);
            return thread;
        });
        this.http = HttpClient.newBuilder()
                .executor(executor)
                .connectTimeout(REQUEST_TIMEOUT)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        renewUnlessRenewing(clock.instant());
    }

    private static HttpRequest request(OauthSettings settings) {
        String form = settings.parameters().entrySet().stream()
                .map(parameter -> "&" + encode(parameter.getKey()) + "=" + encode(parameter.getValue()))
                .sorted()
                .collect(Collectors.joining("", "grant_type=client_credentials", ""));
        String client = settings.clientId() + ":" + settings.clientSecret();
        return HttpRequest.newBuilder(settings.tokenUrl())
                .timeout(REQUEST_TIMEOUT)
                .header("content-type", "application/x-www-form-urlencoded")
                .header(
                        "authorization",
                        "Basic " + Base64.getEncoder().encodeToString(client.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
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
        CompletableFuture<Void> unused = http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .thenAccept(response -> take(response, now))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        failed("the token endpoint cannot be reached (" + rootName(failure) + ")");
                    }
                    renewing.set(false);
                });
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
        Duration lifetime = DEFAULT_LIFETIME;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken token = json.nextToken();
                if (name.equals("access_token") && token == JsonToken.VALUE_STRING) {
                    value = json.getString();
                } else if (name.equals("expires_in") && token == JsonToken.VALUE_NUMBER_INT) {
                    lifetime = Duration.ofSeconds(Math.max(1, Math.min(json.getIntValue(), 86_400)));
                } else {
                    json.skipChildren();
                }
            }
        }
        if (!BearerToken.isValid(value)) {
            throw new IOException("no access_token");
        }
        return Token.of(value, asked, lifetime);
    }

    private void failed(String reason) {
        problem = reason;
        retryAt = clock.instant().plus(RETRY_PAUSE);
    }

    private static String rootName(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
