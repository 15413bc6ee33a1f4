package io.tollgate.model.http;

import java.util.regex.Pattern;

/** The syntax of a bearer token: RFC 6750, section 2.1. */
final class BearerToken {
    // Databricks' tokens are JWTs of one to two kilobytes.
    private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9._~+/-]{1,8192}=*");

    private BearerToken() {}

    static boolean isValid(String token) {
        return SYNTAX.matcher(token).matches();
    }

    /** Refuses what would break the request's head, such as a token that was read with its line end. */
    static void requireValid(String token) {
        if (!isValid(token)) {
            throw new IllegalArgumentException(
                    "the model endpoint's token has characters that no token has: check for quotes and line ends");
        }
    }
}
