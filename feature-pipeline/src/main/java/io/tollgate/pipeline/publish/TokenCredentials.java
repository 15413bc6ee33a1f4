package io.tollgate.pipeline.publish;

import io.tollgate.model.http.OauthTokens;
import io.tollgate.model.http.TokenIdentity;
import io.tollgate.model.http.TokenSource;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.RedisCredentials;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * What a new connection logs in with: the newest token. Azure ends a connection whose token has expired; whoever uses it
 * then tries again, as when a server restarts, and gets one with a new token. Thread-safe.
 */
final class TokenCredentials implements Supplier<RedisCredentials> {
    /** Of this JVM, one per identity: tasks and connections come and go, a token is good for an hour. */
    private static final ConcurrentHashMap<TokenIdentity, TokenSource> OPEN = new ConcurrentHashMap<>();

    /** A token takes as long as a request to its issuer; past that {@link RedisWriter} tries again. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(20);

    private final String user;
    private final TokenSource tokens;

    /** @throws IllegalArgumentException when the identity cannot be used */
    TokenCredentials(RedisTarget.Login login) {
        this.user = login.user();
        this.tokens = OPEN.computeIfAbsent(
                login.identity(), identity -> new OauthTokens(identity.request(System.getenv()), Clock.systemUTC()));
    }

    @Override
    public RedisCredentials get() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String token = tokens.token();
        while (token == null) {
            if (System.nanoTime() > deadline) {
                throw new JedisConnectionException("no valid token for redis: " + tokens.problem());
            }
            try {
                TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new JedisConnectionException("interrupted while waiting for a token for redis", e);
            }
            token = tokens.token();
        }
        return new DefaultRedisCredentials(user, token);
    }
}
