package io.tollgate.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks the decision service about payments. Thread-safe; one for the whole process, so that connections are kept.
 *
 * <p>The deadline holds for everything: connecting, waiting, asking again. It is shared among the attempts that are left,
 * so that a replica that hangs leaves time for another. An attempt that brings no decision (no connection, no answer in
 * time, 5xx, an answer that is none) is made again with the same bytes: the transactionId makes that safe.
 */
public final class TollgateClient {
    private static final String PATH = "/v1/authorizations";
    private static final Duration MAX_DEADLINE = Duration.ofSeconds(30);
    private static final int MAX_ATTEMPTS = 5;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final URI target;
    private final Supplier<String> token;
    private final Duration deadline;
    private final int attempts;
    private final HttpClient http;

    private TollgateClient(Builder builder) {
        this.target = builder.service.resolve(PATH);
        this.token = builder.token;
        this.deadline = builder.deadline;
        this.attempts = builder.attempts;
        this.http = builder.http == null
                ? HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(builder.deadline)
                        .build()
                : builder.http;
    }

    /**
     * @param service where it is, as in {@code https://tollgate.example}
     * @param token gives a bearer token with the scope {@code authorize}; asked for every attempt, so it must be quick:
     *     renew ahead of time, elsewhere
     */
    public static Builder of(URI service, Supplier<String> token) {
        return new Builder(service, token);
    }

    /** Settings with their defaults: two attempts within 250 ms. */
    public static final class Builder {
        private final URI service;
        private final Supplier<String> token;
        private Duration deadline = Duration.ofMillis(250);
        private int attempts = 2;
        private @Nullable HttpClient http;

        private Builder(URI service, Supplier<String> token) {
            this.service = service;
            this.token = token;
        }

        /**
         * @param all more than nothing, at most 30 s; the service itself takes 50 ms at most unless it is set otherwise
         */
        public Builder deadline(Duration all) {
            if (all.isNegative() || all.isZero() || all.compareTo(MAX_DEADLINE) > 0) {
                throw new IllegalArgumentException("the deadline must be between 1 ms and 30 s, but is " + all);
            }
            this.deadline = all;
            return this;
        }

        /**
         * @param most 1 to 5
         */
        public Builder attempts(int most) {
            if (most < 1 || most > MAX_ATTEMPTS) {
                throw new IllegalArgumentException("attempts must be between 1 and 5, but are " + most);
            }
            this.attempts = most;
            return this;
        }

        /** With one's own TLS settings or proxy. */
        public Builder http(HttpClient client) {
            this.http = client;
            return this;
        }

        public TollgateClient build() {
            return new TollgateClient(this);
        }
    }

    /**
     * Asks and waits.
     *
     * @throws InterruptedException when the waiting thread is interrupted; whether the payment was decided is not known
     */
    public Outcome authorize(AuthorizationRequest request) throws InterruptedException {
        try {
            return authorizeAsync(request).get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(
                    "asking for a decision never fails, whatever the service does", e.getCause());
        }
    }

    /** Asks; the future is completed with one of the outcomes within the deadline, and never exceptionally. */
    public CompletableFuture<Outcome> authorizeAsync(AuthorizationRequest request) {
        return attempt(MAPPER.writeValueAsBytes(request), 1, System.nanoTime() + deadline.toNanos());
    }

    private CompletableFuture<Outcome> attempt(byte[] body, int number, long end) {
        long share = Math.max(1, (end - System.nanoTime()) / (attempts - number + 1));
        HttpRequest request = HttpRequest.newBuilder(target)
                .header("Authorization", "Bearer " + token.get())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(request, BodyHandlers.ofByteArray());
        return exchange.copy()
                .orTimeout(share, TimeUnit.NANOSECONDS)
                .handle((response, error) -> {
                    // After a time-out nobody waits for it any more; its connection is given up.
                    exchange.cancel(true);
                    return error == null ? read(response, number) : new Outcome.NoAnswer(number, reason(error));
                })
                .thenCompose(
                        outcome -> outcome instanceof Outcome.NoAnswer && number < attempts && System.nanoTime() < end
                                ? attempt(body, number + 1, end)
                                : CompletableFuture.completedFuture(outcome));
    }

    private static Outcome read(HttpResponse<byte[]> response, int number) {
        int status = response.statusCode();
        try {
            if (status == 200) {
                return new Outcome.Decided(MAPPER.readValue(response.body(), AuthorizationDecision.class));
            }
            if (status >= 400 && status < 500) {
                return new Outcome.Refused(status, MAPPER.readValue(response.body(), Outcome.Problem.class));
            }
        } catch (JacksonException e) {
            return new Outcome.NoAnswer(number, "status " + status + " with a body that is not the service's");
        }
        return new Outcome.NoAnswer(number, "status " + status);
    }

    private static String reason(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof TimeoutException) {
            return "no answer in time";
        }
        return cause instanceof IOException
                ? "no connection or a broken one: " + cause.getClass().getSimpleName()
                : cause.toString();
    }
}
