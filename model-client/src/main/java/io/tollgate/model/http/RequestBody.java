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
    private static final byte[] MILLIONTHS = ascii("000000");
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
        for (int i = 0; i < columns; i++) {
            if (i > 0) {
                out.writeByte(',');
            }
            writeNumber(values[offset + i], out);
        }
        out.writeBytes(suffix);
    }

    /**
     * Writes the shortest JSON that reads back as the value. Missing values become null. Models compare 32-bit floats,
     * and XGBoost refuses infinities, so what a float cannot hold becomes the largest that it can.
     */
    static void writeNumber(double value, ByteBuf out) {
        if (Double.isNaN(value)) {
            out.writeBytes(NULL);
            return;
        }
        double bounded = Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
        double scaled = Math.rint(bounded * ONE_MILLION);
        if (Math.abs(scaled) < MAX_MILLIONTHS && scaled / ONE_MILLION == bounded) {
            writeMillionths((long) scaled, out);
        } else {
            out.writeCharSequence(Double.toString(bounded), StandardCharsets.US_ASCII);
        }
    }

    private static void writeMillionths(long millionths, ByteBuf out) {
        long rest = Math.abs(millionths);
        if (millionths < 0) {
            out.writeByte('-');
        }
        writeDigits(rest / 1_000_000, out);
        int fraction = (int) (rest % 1_000_000);
        if (fraction == 0) {
            return;
        }
        out.writeByte('.');
        int start = out.writerIndex();
        out.writeBytes(MILLIONTHS);
        for (int i = 5; i >= 0; i--) {
            out.setByte(start + i, '0' + fraction % 10);
            fraction /= 10;
        }
        while (out.getByte(out.writerIndex() - 1) == '0') {
            out.writerIndex(out.writerIndex() - 1);
        }
    }

    static void writeDigits(long number, ByteBuf out) {
        int digits = 1;
        for (long n = number; n >= 10; n /= 10) {
            digits++;
        }
        int at = out.writerIndex() + digits;
        out.writeZero(digits);
        long n = number;
        for (int i = 1; i <= digits; i++) {
            out.setByte(at - i, (int) ('0' + n % 10));
            n /= 10;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
