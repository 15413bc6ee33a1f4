package io.tollgate.features.domain;

/** The answer to an authorization, from the most to the least permissive. */
public enum Decision {
    /** The payment goes on. */
    APPROVE,
    /** The payment goes on once the cardholder has authenticated (3-D Secure challenge, PIN). */
    STEP_UP,
    /** The payment is refused. */
    DECLINE;

    /** The stricter of the two. */
    public Decision atLeast(Decision other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
