package io.tollgate.model.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.tollgate.model.FailureCause;
import io.tollgate.model.call.Attempt;
import io.tollgate.model.call.Attempt.Failure;
import org.jspecify.annotations.Nullable;

/** One connection: at most one exchange at a time, its response gathered within a bound. Confined to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells what became of it
final class Connection extends SimpleChannelInboundHandler<HttpObject> {
    // A prediction takes 30 bytes; Databricks adds a few hundred of metadata. What is larger is not an answer to one
    // row.
    private static final int MAX_BODY_BYTES = 8 << 10;

    private final LoopConnections owner;
    private final Channel channel;
    private final byte[] body = new byte[MAX_BODY_BYTES];
    private int length;
    private int status;
    private boolean keepAlive;
    private boolean answering;
    private boolean served;
    private long idleSince;
    private @Nullable Exchange exchange;

    Connection(LoopConnections owner, Channel channel) {
        this.owner = owner;
        this.channel = channel;
    }

    boolean usable(long now, long maxIdleNanos) {
        return channel.isActive() && now - idleSince < maxIdleNanos;
    }

    void idleSince(long now) {
        idleSince = now;
    }

    void close() {
        channel.close();
    }

    void send(Exchange next, RequestEncoder encoder) {
        exchange = next;
        answering = false;
        length = 0;
        channel.writeAndFlush(encoder.encode(next.request(), next.token(), channel.alloc()), channel.voidPromise());
    }

    /** Gives up on an exchange: HTTP/1.1 has no other way to cancel than to close. */
    void abandon(Exchange cancelled) {
        if (exchange == cancelled) {
            exchange = null;
            channel.close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (exchange == null) {
            channel.close(); // bytes that nobody asked for: this connection is out of step
            return;
        }
        if (message.decoderResult().isFailure()) {
            finishBroken(new Failure(FailureCause.BAD_RESPONSE, "the response is not HTTP"));
            return;
        }
        if (message instanceof HttpResponse head) {
            if (head.status().code() < 200) {
                return;
            }
            answering = true;
            status = head.status().code();
            keepAlive = HttpUtil.isKeepAlive(head);
        }
        if (message instanceof HttpContent content && answering) {
            int bytes = content.content().readableBytes();
            if (length + bytes > MAX_BODY_BYTES) {
                finishBroken(
                        status == 200
                                ? new Failure(
                                        FailureCause.BAD_RESPONSE,
                                        "the body is larger than " + MAX_BODY_BYTES + " bytes")
                                : errorStatus());
                return;
            }
            content.content().readBytes(body, length, bytes);
            length += bytes;
            if (message instanceof LastHttpContent) {
                finish(status == 200 ? Predictions.parse(body, length) : errorStatus());
            }
        }
    }

    private Failure errorStatus() {
        return new Failure(FailureCause.ERROR_STATUS, "status " + status);
    }

    private void finish(Attempt attempt) {
        Exchange done = exchange;
        exchange = null;
        served = true;
        if (keepAlive) {
            owner.release(this);
        } else {
            channel.close();
        }
        if (done != null) {
            done.result().complete(attempt);
        }
    }

    private void finishBroken(Failure failure) {
        keepAlive = false;
        finish(failure);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        owner.closed(this);
        Exchange broken = exchange;
        exchange = null;
        if (broken == null) {
            return;
        }
        if (answering) {
            broken.fail(FailureCause.BAD_RESPONSE, "the response ends in the middle");
        } else if (served && broken.mayRetry()) {
            owner.sendOnNewConnection(broken);
        } else {
            broken.fail(FailureCause.UNREACHABLE, "the connection was closed without an answer");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Exchange broken = exchange;
        if (broken != null && !(served && !answering)) {
            exchange = null;
            broken.fail(
                    answering ? FailureCause.BAD_RESPONSE : FailureCause.UNREACHABLE,
                    "the connection broke (" + cause.getClass().getSimpleName() + ")");
        }
        channel.close(); // a request on a reused connection is taken up again by channelInactive
    }
}
