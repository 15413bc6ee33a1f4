package io.tollgate.api.decision;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.io.NumberOutput;

/**
 * Writes JSON into one array, for what is written with every payment: names are bytes beforehand, and nothing but its
 * caller watches over what is opened and closed. Confined to one thread.
 */
final class JsonBytes {
    /** Up to here every whole number is exact in a double (2^53), and shorter to write as an integer. */
    private static final double EXACT_INTEGERS = 9_007_199_254_740_992.0;

    /** Below this, a number of millionths is exact in a double, and dividing it by a million rounds as parsing does. */
    private static final double MAX_MILLIONTHS = EXACT_INTEGERS;

    private static final double ONE_MILLION = 1e6;
    private static final int DECIMALS = 6;

    /** A sign, nineteen digits and a point. */
    private static final int MAX_DECIMAL = 21;

    private static final byte[] NULL = ascii("null");
    private static final byte[] HEX = ascii("0123456789ABCDEF");

    private byte[] bytes;
    private int length;
    private boolean comma;

    /** @param typical bytes; more cost a copy */
    JsonBytes(int typical) {
        bytes = new byte[typical];
    }

    /** A property's name as it is written: ASCII that needs no escapes. */
    static byte[] name(String name) {
        return ascii('"' + name + "\":");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    JsonBytes startObject() {
        return start('{');
    }

    JsonBytes startObject(byte[] name) {
        return named(name).start('{');
    }

    JsonBytes startArray() {
        return start('[');
    }

    JsonBytes startArray(byte[] name) {
        return named(name).start('[');
    }

    private JsonBytes start(char bracket) {
        begin(1);
        bytes[length++] = (byte) bracket;
        comma = false;
        return this;
    }

    JsonBytes endObject() {
        return end('}');
    }

    JsonBytes endArray() {
        return end(']');
    }

    private JsonBytes end(char bracket) {
        room(1);
        bytes[length++] = (byte) bracket;
        comma = true;
        return this;
    }

    /** What follows is the value of this property. */
    JsonBytes named(byte[] name) {
        begin(name.length);
        append(name);
        comma = false;
        return this;
    }

    /** Room for a value and for the comma before it, which is written. */
    private void begin(int more) {
        room(more + 1);
        if (comma) {
            bytes[length++] = ',';
        }
        comma = true;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    private void append(byte[] raw) {
        System.arraycopy(raw, 0, bytes, length, raw.length);
        length += raw.length;
    }

    /** A value that is JSON already. */
    JsonBytes raw(byte[] json) {
        begin(json.length);
        append(json);
        return this;
    }

    JsonBytes text(byte[] name, String value) {
        return named(name).text(value);
    }

    JsonBytes text(String value) {
        int chars = value.length();
        begin(chars + 2);
        int start = length;
        int at = start;
        bytes[at++] = '"';
        for (int i = 0; i < chars; i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                length = start;
                escaped(value);
                return this;
            }
            bytes[at++] = (byte) c;
        }
        bytes[at++] = '"';
        length = at;
        return this;
    }

    /** Messages of a policy, most of all, may hold any character. */
    private void escaped(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        room(6 * utf8.length + 2);
        bytes[length++] = '"';
        for (byte b : utf8) {
            if (b == '"' || b == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = b;
            } else if (b >= 0 && b < ' ') {
                append(new byte[] {'\\', 'u', '0', '0', HEX[b >> 4], HEX[b & 0xF]});
            } else {
                bytes[length++] = b;
            }
        }
        bytes[length++] = '"';
    }

    JsonBytes none(byte[] name) {
        return named(name).raw(NULL);
    }

    JsonBytes whole(byte[] name, long value) {
        return named(name).whole(value);
    }

    private JsonBytes whole(long value) {
        if (value < 0) {
            return raw(ascii(Long.toString(value)));
        }
        begin(MAX_DECIMAL);
        length += digits(value);
        long rest = value;
        int at = length;
        do {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        return this;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /** JSON has no NaN: null stands for "no number". Whole numbers are written without a fraction. */
    JsonBytes number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < EXACT_INTEGERS && !isNegativeZero(value)) {
            return whole((long) value);
        }
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return raw(NULL);
        }
        // Jackson's algorithm (Schubfach) takes a fifth of the time of the JDK's before 19.
        return raw(ascii(NumberOutput.toString(value, true)));
    }

    /**
     * As {@link #number} for each of them. Most are whole or have a few decimals, and the general algorithm for the
     * shortest text took half of the time that an event took.
     */
    JsonBytes numbers(double[] values) {
        for (double value : values) {
            double millionths = Math.rint(value * ONE_MILLION);
            if (Math.abs(millionths) < MAX_MILLIONTHS && millionths / ONE_MILLION == value && !isNegativeZero(value)) {
                millionths((long) millionths);
            } else {
                number(value);
            }
        }
        return this;
    }

    private void millionths(long number) {
        begin(MAX_DECIMAL);
        if (number < 0) {
            bytes[length++] = '-';
        }
        long rest = Math.abs(number);
        long whole = rest / (long) ONE_MILLION;
        int fraction = (int) (rest - whole * (long) ONE_MILLION);
        int point = length + digits(whole);
        int at = point;
        do {
            bytes[--at] = (byte) ('0' + whole % 10);
            whole /= 10;
        } while (whole > 0);
        length = point;
        if (fraction > 0) {
            bytes[point] = '.';
            int places = DECIMALS;
            for (; fraction % 10 == 0; fraction /= 10) {
                places--;
            }
            length = point + 1 + places;
            for (int i = length - 1; i > point; i--) {
                bytes[i] = (byte) ('0' + fraction % 10);
                fraction /= 10;
            }
        }
    }

    /** Kept apart so that a replayed vector has the same bits. */
    private static boolean isNegativeZero(double value) {
        return value == 0 && Double.doubleToRawLongBits(value) != 0;
    }
}
