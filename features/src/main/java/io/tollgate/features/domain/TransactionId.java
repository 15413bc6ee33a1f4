package io.tollgate.features.domain;

/**
 * Names one payment for ever: retries carry the same id, and of two payments at the same instant the smaller id comes
 * first.
 *
 * <p>The order is by length, then by character: sequence numbers sort as numbers without padding, and ids of one
 * length, such as UUIDs, sort as text.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ : @ -}
 */
public record TransactionId(String value) implements Comparable<TransactionId> {
    public TransactionId {
        Identifiers.require(value, "transaction id");
    }

    @Override
    public int compareTo(TransactionId other) {
        return compare(value, other.value);
    }

    /** The order of {@link #compareTo}, for ids that are held as plain text. */
    public static int compare(String a, String b) {
        return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    }

    @Override
    public String toString() {
        return value;
    }
}
