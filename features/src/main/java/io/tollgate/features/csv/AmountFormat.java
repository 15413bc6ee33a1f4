package io.tollgate.features.csv;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * How a file writes amounts.
 *
 * @param minorDigits by how many decimal places a whole number of minor units is shifted; 0 for major units
 * @param round decimals to round to, for files that were written from floating point numbers (85.64999999999999 for
 *     85.65); {@link #EXACT} when the text must be exact as it stands
 */
record AmountFormat(int minorDigits, int round) {
    static final int EXACT = -1;

    /** Digits of a double in plain notation, and of an amount in minor units. */
    private static final int MAX_LENGTH = 32;

    /** The amount in major units, or the text as it is for the validation to refuse. */
    String toMajor(String text) {
        if ((minorDigits == 0 && round == EXACT) || text.length() > MAX_LENGTH) {
            return text;
        }
        int point = text.indexOf('.');
        if (!isPlain(text) || point != text.lastIndexOf('.') || point == 0 || text.isEmpty()) {
            return text;
        }
        if (minorDigits > 0) {
            return point >= 0
                    ? text
                    : new BigDecimal(text).movePointLeft(minorDigits).toPlainString();
        }
        return point < 0 || text.length() - point - 1 <= round
                ? text
                : new BigDecimal(text).setScale(round, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '.') {
                return false;
            }
        }
        return true;
    }
}
