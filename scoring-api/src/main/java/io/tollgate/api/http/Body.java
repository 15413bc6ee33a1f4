package io.tollgate.api.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;

/** A request's body, collected up to a bound. Confined to the request. */
final class Body {
    private static final Logger LOG = LoggerFactory.getLogger(Body.class);

    /**
     * A connection that is closed while its client still sends is reset, and the client may never see why. So the rest
     * of a body that is too large is read and dropped, but no more than a sender by mistake would send.
     */
    static final int MAX_DISCARDED = 8 << 20;

    /** Reactor's key for what is done with an error that comes after the end. */
    private static final String DROPPED = "reactor.onErrorDropped.local";

    private final int limit;
    private int discarded;
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

    /**
     * The whole body, or an error signal {@link TooLarge} when it is larger than {@code limit}: at its end, or once
     * {@link #MAX_DISCARDED} bytes of it were read and dropped.
     */
    static Mono<Body> read(HttpServerRequest request, int limit) {
        return request.receive()
                .collect(() -> new Body(limit), Body::add)
                .map(Body::whole)
                .contextWrite(context -> context.put(DROPPED, (Consumer<Throwable>) Body::afterTheEnd));
    }

    /** Reactor Netty tells of a request that was too slow once more when its connection is closed. */
    private static void afterTheEnd(Throwable error) {
        if (!(error instanceof ChannelException || AbortedException.isConnectionReset(error))) {
            LOG.error("an error after a body's end", error);
        }
    }

    /**
     * Completes when the body has come and was dropped, or too much of it has. A request is refused behind it: answered
     * while its body is still arriving, a connection may lose the answer or the next request.
     */
    static Mono<Void> drop(HttpServerRequest request) {
        return read(request, 0).then().onErrorResume(TooLarge.class, error -> Mono.empty());
    }

    private Body whole() {
        if (discarded > 0) {
            throw new TooLarge();
        }
        return this;
    }

    private void add(ByteBuf part) {
        int more = part.readableBytes();
        if (discarded > 0 || length + more > limit) {
            discarded += length + more;
            length = 0;
            bytes = null;
            if (discarded > MAX_DISCARDED) {
                throw new TooLarge();
            }
            return;
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
