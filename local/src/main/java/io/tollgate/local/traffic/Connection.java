package io.tollgate.local.traffic;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One keep-alive connection with at most one payment under way. Lives on its event loop. */
final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {

    /** Whom a connection tells when it is free again, or gone. */
    interface Owner {
        void answered(Connection connection, Exchange exchange, AuthorizationJson.Answer answer);

        void failed(Exchange exchange, String cause);

        void free(Connection connection);

        void gone(Connection connection);
    }

    /** A payment under way; each is one of its own, whatever it holds. */
    static final class Exchange {
        private final Outgoing payment;
        private final long dueNanos;

        /**
         * @param dueNanos when it was due, by {@link System#nanoTime()}
         */
        Exchange(Outgoing payment, long dueNanos) {
            this.payment = payment;
            this.dueNanos = dueNanos;
        }

        Outgoing payment() {
            return payment;
        }

        long dueNanos() {
            return dueNanos;
        }
    }

    private final Owner owner;
    private final TrafficSettings settings;
    private @Nullable Channel channel;
    private @Nullable Exchange current;
    private @Nullable ScheduledFuture<?> timeout;

    Connection(Owner owner, TrafficSettings settings) {
        this.owner = owner;
        this.settings = settings;
    }

    void send(Exchange exchange) {
        Channel open = channel;
        if (open == null) {
            throw new IllegalStateException("the connection is not open");
        }
        current = exchange;
        timeout = open.eventLoop()
                .schedule(() -> fail("TIMEOUT", open), settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        // A failed write closes the connection, and that is heard in channelInactive.
        var unused = open.writeAndFlush(request(exchange)).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private FullHttpRequest request(Exchange exchange) {
        byte[] body = AuthorizationJson.write(exchange.payment().authorization());
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/authorizations", Unpooled.wrappedBuffer(body));
        request.headers()
                .set(HttpHeaderNames.HOST, settings.address().getHostString())
                .set(HttpHeaderNames.AUTHORIZATION, "Bearer " + settings.token())
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.ACCEPT, HttpHeaderValues.APPLICATION_JSON)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return request;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        owner.free(this);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
        Exchange exchange = finish();
        boolean reusable = HttpUtil.isKeepAlive(response);
        if (!reusable) {
            var unused = context.close();
        }
        if (exchange == null) {
            return;
        }
        if (response.status().code() != HttpResponseStatus.OK.code()) {
            owner.failed(exchange, "HTTP_" + response.status().code());
        } else {
            try {
                owner.answered(this, exchange, AuthorizationJson.read(ByteBufUtil.getBytes(response.content())));
            } catch (IOException e) {
                owner.failed(exchange, "BAD_ANSWER");
            }
        }
        if (reusable) {
            owner.free(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Exchange exchange = finish();
        if (exchange != null) {
            owner.failed(exchange, "DISCONNECTED");
        }
        owner.gone(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // Whatever it is, this connection is of no more use; channelInactive counts the payment.
        var unused = context.close();
    }

    private void fail(String cause, Channel open) {
        Exchange exchange = finish();
        if (exchange != null) {
            owner.failed(exchange, cause);
        }
        var unused = open.close();
    }

    private @Nullable Exchange finish() {
        if (timeout != null) {
            timeout.cancel(false);
            timeout = null;
        }
        Exchange exchange = current;
        current = null;
        return exchange;
    }
}
