package io.tollgate.model.http;

import io.netty.buffer.ByteBuf;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
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
        // One copy per number: a buffer's bounds are checked for each call, not for each byte.
        byte[] digits = new byte[MAX_VALUE_BYTES];
        for (int i = 0; i < columns; i++) {
            if (i > 0) {
                out.writeByte(',');
            }
            writeNumber(values[offset + i], digits, out);
        }
        out.writeBytes(suffix);
    }

    /**
     * Writes the shortest JSON that reads back as the value. Missing values become null. Models compare 32-bit floats,
     * and XGBoost refuses infinities, so what a float cannot hold becomes the largest that it can.
     *
     * @param digits scratch
     */
    static void writeNumber(double value, byte[] digits, ByteBuf out) {
        if (Double.isNaN(value)) {
            out.writeBytes(NULL);
            return;
        }
        double bounded = Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
        double scaled = Math.rint(bounded * ONE_MILLION);
        if (Math.abs(scaled) < MAX_MILLIONTHS && scaled / ONE_MILLION == bounded) {
            int start = millionths((long) scaled, digits);
            out.writeBytes(digits, start, digits.length - start);
        } else {
            out.writeCharSequence(Double.toString(bounded), StandardCharsets.US_ASCII);
        }
    }

    /** Fills the array from its end; returns where the number begins. */
    private static int millionths(long number, byte[] digits) {
        long rest = Math.abs(number);
        int at = digits.length;
        int fraction = (int) (rest % 1_000_000);
        if (fraction != 0) {
            int places = 6;
            for (; fraction % 10 == 0; fraction /= 10) {
                places--;
            }
            for (; places > 0; places--) {
                digits[--at] = (byte) ('0' + fraction % 10);
                fraction /= 10;
            }
            digits[--at] = '.';
        }
        long whole = rest / 1_000_000;
        do {
            digits[--at] = (byte) ('0' + whole % 10);
            whole /= 10;
        } while (whole > 0);
        if (number < 0) {
            digits[--at] = '-';
        }
        return at;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
