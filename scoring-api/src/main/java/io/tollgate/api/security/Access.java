package io.tollgate.api.security;

import java.util.Set;

/** What became of a caller's credentials. */
public sealed interface Access {

    /**
     * @param client the token's subject; not secret
     * @param expiresAtMs when the answer must be asked for anew, milliseconds since the epoch
     */
    record Granted(String client, Set<Scope> scopes, long expiresAtMs) implements Access {
        public Granted {
            scopes = Set.copyOf(scopes);
        }

        public boolean may(Scope scope) {
            return scopes.contains(scope);
        }
    }

    /**
     * @param reason for the caller; never quotes the credentials
     */
    record Denied(String reason) implements Access {}
}
