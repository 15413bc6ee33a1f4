package io.tollgate.model.http;

import io.netty.buffer.ByteBuf;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.io.NumberOutput;
import tools.jackson.core.json.JsonFactory;

/**
 * Encodes a vector as a request body. The column names, which are most of it, are encoded once; the values are written
 * straight into the buffer. Immutable and thread-safe.
 */
final class RequestBody {
    private static final int MAX_VALUE_BYTES = 26;
    private static final byte[] NULL = ascii("null");
    private static final double ONE_MILLION = 1e6;
    // Below this, a number of millionths is exact in a double, and dividing it by a million rounds as parsing does.
    private static final double MAX_MILLIONTHS = 1L << 53;

    private final byte[] prefix;
    private final byte[] suffix;
    private final int columns;

    RequestBody(InvocationProtocol protocol, List<String> columns) {
        StringWriter names = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), names)) {
            json.writeStartArray();
            columns.forEach(json::writeString);
            json.writeEndArray();
        }
        this.prefix = (protocol.beforeColumns() + names + protocol.beforeValues()).getBytes(StandardCharsets.UTF_8);
        this.suffix = ascii(protocol.afterValues());
        this.columns = columns.size();
    }

    /** Bytes that a body takes at most. */
    int maxBytes() {
        return prefix.length + columns * MAX_VALUE_BYTES + suffix.length;
    }

    int columns() {
        return columns;
    }

    void write(double[] values, int offset, ByteBuf out) {
        out.writeBytes(prefix);
        // One copy for all numbers: a few bytes at a time, a direct buffer takes longer to check than to copy.
        byte[] text = new byte[columns * MAX_VALUE_BYTES];
        int end = 0;
        for (int i = 0; i < columns; i++) {
            if (i > 0) {
                text[end++] = ',';
            }
            end = number(values[offset + i], text, end);
        }
        out.writeBytes(text, 0, end).writeBytes(suffix);
    }

    /**
     * Writes the shortest JSON that reads back as the value. Missing values become null. Models compare 32-bit floats,
     * and XGBoost refuses infinities, so what a float cannot hold becomes the largest that it can.
     *
     * @return where the number ends
     */
    static int number(double value, byte[] text, int at) {
        if (Double.isNaN(value)) {
            return copy(NULL, text, at);
        }
        double bounded = Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
        double scaled = Math.rint(bounded * ONE_MILLION);
        if (Math.abs(scaled) < MAX_MILLIONTHS && scaled / ONE_MILLION == bounded) {
            return millionths((long) scaled, text, at);
        }
        // Jackson's algorithm (Schubfach) takes a fifth of the time of the JDK's before 19.
        return copy(ascii(NumberOutput.toString(bounded, true)), text, at);
    }

    private static int copy(byte[] bytes, byte[] text, int at) {
        System.arraycopy(bytes, 0, text, at, bytes.length);
        return at + bytes.length;
    }

    private static int millionths(long number, byte[] text, int at) {
        int next = at;
        if (number < 0) {
            text[next++] = '-';
        }
        long rest = Math.abs(number);
        long whole = rest / 1_000_000;
        int end = next + digits(whole);
        for (int i = end - 1; i >= next; i--) {
            text[i] = (byte) ('0' + whole % 10);
            whole /= 10;
        }
        int fraction = (int) (rest % 1_000_000);
        if (fraction == 0) {
            return end;
        }
        text[end++] = '.';
        for (int unit = 100_000; fraction > 0; unit /= 10) {
            text[end++] = (byte) ('0' + fraction / unit);
            fraction %= unit;
        }
        return end;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
