package io.tollgate.api.store;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.tollgate.model.http.TokenSource;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Access tokens as passwords of Redis: Azure Managed Redis takes a Microsoft Entra token, and ends connections whose token
 * has expired. Whenever there is a new token, Lettuce authenticates the open connections anew (AUTH between two commands);
 * connections that are opened later take the newest one. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/azure/redis/entra-for-authentication">Use Microsoft Entra for cache
 *     authentication</a>
 */
final class RedisTokens implements RedisCredentialsProvider, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisTokens.class);

    /** Tokens live for an hour and are renewed with minutes to spare; a look costs nothing. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final String user;
    private final TokenSource tokens;
    private final Sinks.Many<RedisCredentials> credentials =
            Sinks.many().replay().latest();
    private final ScheduledExecutorService looking;
    private @Nullable String last;
    private boolean complained;

    /**
     * @param user the name that Redis knows the identity by: its object id
     * @param tokens is closed with this
     */
    RedisTokens(String user, TokenSource tokens) {
        this.user = user;
        this.tokens = tokens;
        this.looking = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "redis-token");
            thread.setDaemon(true);
            return thread;
        });
        var unused = looking.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The source renews by itself when it is asked; here it is only asked. */
    private void look() {
        String token = tokens.token();
        if (token == null) {
            if (last != null && !complained) {
                complained = true;
                LOG.warn("no valid token for redis, connections will be refused: {}", tokens.problem());
            }
            return;
        }
        complained = false;
        if (!token.equals(last)) {
            last = token;
            credentials.emitNext(RedisCredentials.just(user, token), Sinks.EmitFailureHandler.FAIL_FAST);
        }
    }

    /** The newest token; waits for the first. */
    @Override
    public Mono<RedisCredentials> resolveCredentials() {
        return credentials.asFlux().next();
    }

    @Override
    public boolean supportsStreaming() {
        return true;
    }

    @Override
    public Flux<RedisCredentials> credentials() {
        return credentials.asFlux();
    }

    @Override
    public void close() {
        looking.shutdownNow();
        tokens.close();
    }
}
