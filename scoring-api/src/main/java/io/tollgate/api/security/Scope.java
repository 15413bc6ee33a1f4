package io.tollgate.api.security;

import java.util.Locale;

/** What a caller may do. */
public enum Scope {
    /** Ask for decisions. */
    AUTHORIZE,
    /** Read decisions, features and figures. */
    READ,
    /** Change what is active. */
    ADMIN;

    private final String claim = name().toLowerCase(Locale.ROOT);

    /** The value in a token's {@code scope} or {@code scp} claim. */
    public String claim() {
        return claim;
    }
}
