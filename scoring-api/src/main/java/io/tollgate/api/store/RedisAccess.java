package io.tollgate.api.store;

import io.lettuce.core.RedisURI;
import io.tollgate.model.http.TokenSource;
import org.jspecify.annotations.Nullable;

/** Where Redis is, and as whom this service goes there. */
public final class RedisAccess implements AutoCloseable {
    private final RedisURI uri;
    private final @Nullable RedisTokens tokens;

    private RedisAccess(RedisURI uri, @Nullable RedisTokens tokens) {
        this.uri = uri;
        this.tokens = tokens;
    }

    /** With the password in the address, if there is one. */
    public static RedisAccess by(String uri) {
        return new RedisAccess(RedisURI.create(uri), null);
    }

    /**
     * With an access token as the password, renewed as it grows old.
     *
     * @param tokens is closed with this
     */
    public static RedisAccess by(String uri, String user, TokenSource tokens) {
        RedisTokens provider = new RedisTokens(user, tokens);
        RedisURI server = RedisURI.create(uri);
        server.setCredentialsProvider(provider);
        return new RedisAccess(server, provider);
    }

    RedisURI uri() {
        return uri;
    }

    @Override
    public void close() {
        if (tokens != null) {
            tokens.close();
        }
    }
}
