package io.tollgate.features.domain;

import org.jspecify.annotations.Nullable;

/** The one rule for identifiers that come from outside: 1 to 64 visible ASCII characters of a safe alphabet. */
final class Identifiers {
    /** Longest identifier accepted; UUIDs have 36 characters, network token references up to 48. */
    static final int MAX_LENGTH = 64;

    static final String RULE = "must be 1 to " + MAX_LENGTH + " characters of A-Z a-z 0-9 . _ : @ -";

    /** Card numbers have 13 to 19 digits (ISO/IEC 7812). */
    private static final int MIN_PAN_DIGITS = 13;

    private static final int MAX_PAN_DIGITS = 19;

    private static final boolean[] ALLOWED = new boolean[128];

    static {
        for (int c = 0; c < ALLOWED.length; c++) {
            ALLOWED[c] = (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || "._:@-".indexOf(c) >= 0;
        }
    }

    private Identifiers() {}

    static String require(@Nullable String value, String what) {
        if (value == null || !isValid(value)) {
            throw new IllegalArgumentException(what + " " + RULE);
        }
        return value;
    }

    static boolean isValid(@Nullable String value) {
        if (value == null || value.isEmpty() || value.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= ALLOWED.length || !ALLOWED[c]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the digits of {@code value}, separators left out, look like a card number: 13 to 19 of them that pass the
     * Luhn check (ISO/IEC 7812-1 annex B), with nothing else but separators around them.
     */
    static boolean looksLikeCardNumber(String value) {
        int digits = 0;
        int sum = 0;
        boolean twice = false;
        for (int i = value.length() - 1; i >= 0; i--) {
            char c = value.charAt(i);
            if (c == '-' || c == '.' || c == '_' || c == ' ') {
                continue;
            }
            if (c < '0' || c > '9') {
                return false;
            }
            int d = c - '0';
            if (twice) {
                d = d > 4 ? 2 * d - 9 : 2 * d;
            }
            sum += d;
            twice = !twice;
            digits++;
        }
        return digits >= MIN_PAN_DIGITS && digits <= MAX_PAN_DIGITS && sum % 10 == 0;
    }

    /** Whether it is that many characters of a range: codes are looked at for every payment, several times. */
    static boolean isCode(@Nullable String value, int length, char first, char last) {
        if (value == null || value.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (value.charAt(i) < first || value.charAt(i) > last) {
                return false;
            }
        }
        return true;
    }
}
