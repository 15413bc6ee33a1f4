package io.tollgate.pipeline.parity;

/** Why a served value cannot be recomputed. */
public enum NotComparable {
    /** The payment was decided on another feature set than the one given. */
    OTHER_FEATURE_SET("decided on another feature set", true),
    /** The state came from a file by {@code backfill --publish}, not from the log. */
    REBUILT("published by a backfill, not from the log", true),
    /** The history has not appended yet what the publisher had read. */
    PENDING("waiting for the history to append what was read", true),
    /** Neither {@code published_batches} nor the checkpoint says what the batch read. */
    UNKNOWN_BATCH("the batch's offsets are not recorded", false),
    /** A payment of the tail is not in {@code txn_events}. */
    UNKNOWN_TAIL("a payment of the tail is not in txn_events", false);

    private final String text;
    private final boolean expected;

    NotComparable(String text, boolean expected) {
        this.text = text;
        this.expected = expected;
    }

    public String text() {
        return text;
    }

    /** Whether nothing is wrong about it; otherwise history lacks what it promises to have. */
    public boolean expected() {
        return expected;
    }
}
