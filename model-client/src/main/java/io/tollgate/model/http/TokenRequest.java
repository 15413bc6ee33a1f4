package io.tollgate.model.http;

import java.io.IOException;
import java.net.http.HttpRequest;

/**
 * How an identity asks for an access token: the answer is a JSON object with {@code access_token}, and {@code expires_in}
 * (seconds) or {@code expires_on} (seconds since the epoch). Thread-safe.
 */
public interface TokenRequest {
    /**
     * The request to send now; made anew for each token, because what proves the identity may have been renewed.
     *
     * @throws IOException when what proves it cannot be read
     */
    HttpRequest next() throws IOException;

    /** Whether it goes to this machine's own identity service, which no proxy may be asked for. */
    default boolean direct() {
        return false;
    }
}
