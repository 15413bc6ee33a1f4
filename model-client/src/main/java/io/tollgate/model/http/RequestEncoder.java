package io.tollgate.model.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.tollgate.model.ScoreRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes a request, head and body, into one buffer. Thread-safe. */
final class RequestEncoder {
    // The length is written after the body. RFC 9110 allows white space before a field's value, so the room left for
    // it need not be moved.
    private static final int LENGTH_DIGITS = 9;

    /** A trace context of version 00 and its name. */
    private static final int TRACE_BYTES = 70;

    /** The head up to the length's value, for one token. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Head(String token, byte[] bytes) {}

    private final EndpointSettings settings;
    private final RequestBody body;
    private volatile Head head;

    RequestEncoder(EndpointSettings settings, List<String> columns) {
        this.settings = settings;
        this.body = new RequestBody(settings.protocol(), columns);
        this.head = head("");
    }

    int columns() {
        return body.columns();
    }

    ByteBuf encode(ScoreRequest request, String token, ByteBufAllocator allocator) {
        Head current = head;
        if (!current.token().equals(token)) {
            current = head(token);
            head = current;
        }
        ByteBuf out = allocator.ioBuffer(current.bytes().length + LENGTH_DIGITS + TRACE_BYTES + 4 + body.maxBytes());
        out.writeBytes(current.bytes());
        int lengthAt = out.writerIndex();
        for (int i = 0; i < LENGTH_DIGITS; i++) {
            out.writeByte(' ');
        }
        out.writeByte('\r').writeByte('\n');
        String traceparent = request.traceparent();
        if (traceparent != null && isHeaderValue(traceparent)) {
            ByteBufUtil.writeAscii(out, "traceparent: ");
            ByteBufUtil.writeAscii(out, traceparent);
            out.writeByte('\r').writeByte('\n');
        }
        out.writeByte('\r').writeByte('\n');
        int bodyAt = out.writerIndex();
        body.write(request.values(), request.offset(), out);
        int length = out.writerIndex() - bodyAt;
        for (int at = lengthAt + LENGTH_DIGITS - 1; length > 0; at--) {
            out.setByte(at, '0' + length % 10);
            length /= 10;
        }
        return out;
    }

    /** Whatever a caller passes on, it must not end the header. */
    private static boolean isHeaderValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private Head head(String token) {
        String text = "POST " + settings.target() + " HTTP/1.1\r\nhost: " + settings.authority()
                + "\r\ncontent-type: application/json\r\naccept: application/json\r\nuser-agent: tollgate\r\n"
                + (token.isEmpty() ? "" : "authorization: Bearer " + token + "\r\n") + "content-length:";
        return new Head(token, text.getBytes(StandardCharsets.US_ASCII));
    }
}
