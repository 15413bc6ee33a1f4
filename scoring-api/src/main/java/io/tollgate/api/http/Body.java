package io.tollgate.api.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** A request's body, collected up to a bound. Confined to the request. */
final class Body {
    private final int limit;
    private byte @Nullable [] bytes;
    private int length;

    private Body(int limit) {
        this.limit = limit;
    }

    /** More than the bound. Without a stack trace: callers provoke it at will. */
    static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooLarge() {
            super("the body is too large", null, false, false);
        }
    }

    /** The whole body, or an error signal {@link TooLarge} as soon as it is known to be larger than {@code limit}. */
    static Mono<Body> read(HttpServerRequest request, int limit) {
        return request.receive().collect(() -> new Body(limit), Body::add);
    }

    private void add(ByteBuf part) {
        int more = part.readableBytes();
        if (length + more > limit) {
            throw new TooLarge();
        }
        byte[] held = bytes;
        if (held == null) {
            // Nearly always the only part.
            held = new byte[more];
        } else if (held.length < length + more) {
            byte[] wider = new byte[Math.min(limit, 2 * (length + more))];
            System.arraycopy(held, 0, wider, 0, length);
            held = wider;
        }
        part.readBytes(held, length, more);
        bytes = held;
        length += more;
    }

    byte[] bytes() {
        byte[] held = bytes;
        return held == null ? new byte[0] : held;
    }

    int length() {
        return length;
    }
}
