package io.tollgate.model.http;

import org.jspecify.annotations.Nullable;

/** Access tokens for an endpoint. Thread-safe. */
public interface TokenSource extends AutoCloseable {
    /** For an endpoint that asks for none. */
    TokenSource NONE = () -> "";

    /**
     * The token to send now, without blocking: empty if none is needed, null if none is at hand, in which case one is
     * being fetched.
     */
    @Nullable
    String token();

    /** Why there is no token, for logs. */
    default String problem() {
        return "no access token yet";
    }

    @Override
    default void close() {}

    /**
     * A personal token or an endpoint's key, which does not change.
     *
     * @throws IllegalArgumentException if it cannot be sent in a header; the message does not hold it
     */
    static TokenSource fixed(String token) {
        BearerToken.requireValid(token);
        return () -> token;
    }
}
