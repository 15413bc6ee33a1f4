package io.tollgate.pipeline.batch;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Lines of CSV as bytes in UTF-8, without a text in between. Grows with what is put in; confined to one thread. */
final class CsvText {
    /** Whole numbers up to here are written as such. */
    private static final double MAX_WHOLE = 1e15;

    /** Digits of a long and its sign. */
    private static final int MAX_DIGITS = 20;

    private byte[] bytes;
    private int size;

    CsvText(int expected) {
        bytes = new byte[expected];
    }

    int size() {
        return size;
    }

    /** One character of ASCII. */
    CsvText sign(char c) {
        ensure(1);
        bytes[size++] = (byte) c;
        return this;
    }

    /** A payment's line without its end. */
    CsvText line(String label, double[] vector) {
        text(quoted(label));
        for (double value : vector) {
            sign(',');
            number(value);
        }
        return this;
    }

    /** The shortest text that reads back as the same double; whole numbers without a fraction. */
    CsvText number(double value) {
        long whole = (long) value;
        if (whole == value && Math.abs(value) < MAX_WHOLE) {
            return number(whole);
        }
        // Four times as fast as the JDK's up to 18, which does not always find the shortest either.
        return text(NumberOutput.toString(value, true));
    }

    CsvText number(long value) {
        ensure(MAX_DIGITS);
        if (value >= 0 && value < 10) {
            bytes[size++] = (byte) ('0' + value);
            return this;
        }
        int at = size + (value < 0 ? 1 : 0);
        long rest = Math.abs(value);
        int digits = 1;
        for (long above = 10; digits < MAX_DIGITS - 1 && rest >= above; above *= 10) {
            digits++;
        }
        for (int i = at + digits - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        if (value < 0) {
            bytes[size] = '-';
        }
        size = at + digits;
        return this;
    }

    CsvText text(String text) {
        int length = text.length();
        ensure(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return encoded(text);
            }
            bytes[size + i] = (byte) c;
        }
        size += length;
        return this;
    }

    private CsvText encoded(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        ensure(utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
        return this;
    }

    static String quoted(String label) {
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            if (c == ',' || c == '"' || c < ' ') {
                return '"' + label.replace("\"", "\"\"") + '"';
            }
        }
        return label;
    }

    /** Writes all of it and begins anew. */
    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
        size = 0;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }
}
