package io.tollgate.api.security;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Turns an {@code Authorization} header into what its bearer may do. Thread-safe; never blocks the caller. */
public interface Authenticator {

    /**
     * @param header the {@code Authorization} header, null when there is none
     * @param home where the answer is given when it does not come at once, on the caller's thread
     * @return exactly one answer; never an error
     */
    Mono<Access> authenticate(@Nullable String header, Supplier<Scheduler> home);

    /** Another of the same kind that lets in, to authorize, whoever bears this token, and asks nobody about it. */
    Authenticator lettingIn(String token);

    /** The token of a {@code Bearer} header (RFC 6750 section 2.1), or null when the header is something else. */
    static @Nullable String bearerToken(@Nullable String header) {
        String scheme = "Bearer ";
        if (header == null
                || header.length() <= scheme.length()
                || !header.regionMatches(true, 0, scheme, 0, scheme.length())) {
            return null;
        }
        return header.substring(scheme.length()).strip();
    }
}
