package io.tollgate.model.http;

import org.jspecify.annotations.Nullable;

/** The names of this machine that no resolver can point elsewhere. */
final class Loopback {
    private Loopback() {}

    static boolean is(@Nullable String host) {
        return host != null && (host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]"));
    }
}
