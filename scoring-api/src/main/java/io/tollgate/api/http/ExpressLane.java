package io.tollgate.api.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.NettyPipeline;

/**
 * Answers a payment that comes alone and at once before Reactor Netty sees it, whose operations, subscribers and timers
 * took a tenth of what the service spends on a payment. All else (what is pipelined, comes slowly, asks for {@code
 * 100-continue}, is no payment) is passed on as it came, and answered by {@link AuthorizeRoute} or Spring.
 *
 * <p>One of each connection, between Netty's HTTP codec and Reactor Netty's handler; confined to its event loop. What comes
 * while a payment is decided waits, and comes after it.
 */
public final class ExpressLane extends ChannelDuplexHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ExpressLane.class);

    /** Clients that write head and body apart do so within less. Whoever takes longer has Reactor Netty's timeout. */
    private static final Duration AT_ONCE = Duration.ofMillis(10);

    /** No value comes from a request. */
    private static final HttpHeadersFactory HEADERS =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    private static final int MAX_PORT_DIGITS = 5;

    private final Desk desk;
    private final Drain drain;

    /** A payment's request whose end has not come yet, and all that has come of it. */
    private final Deque<Object> arriving = new ArrayDeque<>(4);

    /** What came behind the payment that is being decided: as much as two reads of the socket hold. */
    private final Deque<Object> waiting = new ArrayDeque<>(4);

    private boolean deciding;
    private boolean closed;

    /** Requests passed on, and not answered yet. */
    private int passedOn;

    private @Nullable ScheduledFuture<?> patience;

    /** Where requests for payments are answered. */
    interface Desk {
        /**
         * Does not wait.
         *
         * @param home where the reply is told when it does not come at once
         * @param then told the reply, exactly once
         */
        void serve(HttpHeaders headers, byte[] body, Supplier<Scheduler> home, Consumer<Reply> then);
    }

    ExpressLane(Desk desk, Drain drain) {
        this.desk = desk;
        this.drain = drain;
    }

    /** Gives a connection of HTTP/1.1 its lane. */
    public static void open(Channel channel, AuthorizeDesk desk, Drain drain) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
            pipeline.addBefore(NettyPipeline.HttpTrafficHandler, "express-lane", new ExpressLane(desk, drain));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (deciding || !waiting.isEmpty()) {
            waiting.add(message);
        } else {
            arrived(context, message);
        }
    }

    private void arrived(ChannelHandlerContext context, Object message) {
        if (closed) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request && isOrdinary(request)) {
            arriving.add(request);
        } else if (arriving.isEmpty()) {
            passOn(context, message);
        } else {
            arriving.add(message);
            if (message instanceof LastHttpContent last) {
                if (last.decoderResult().isSuccess() && drain.enter()) {
                    take(context);
                } else {
                    passOnArriving(context);
                }
            }
        }
    }

    private boolean isOrdinary(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return passedOn == 0
                && arriving.isEmpty()
                && HttpMethod.POST.equals(request.method())
                && AuthorizeRoute.PATH.equals(request.uri())
                && request.decoderResult().isSuccess()
                && HttpVersion.HTTP_1_1.equals(request.protocolVersion())
                && HttpUtil.isKeepAlive(request)
                && isPlain(headers.get(HttpHeaderNames.HOST))
                && !headers.contains(HttpHeaderNames.EXPECT)
                && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                && HttpUtil.getContentLength(request, 0) <= AuthorizeDesk.MAX_BODY_BYTES;
    }

    /**
     * Whether a host is a name or an IPv4 address, and a port if any: others Reactor Netty takes apart, and refuses when
     * they are none (RFC 9112, 3.2).
     */
    private static boolean isPlain(@Nullable String host) {
        int colon = host == null ? -1 : host.indexOf(':');
        if (host == null || colon < 0) {
            return true;
        }
        int digits = host.length() - colon - 1;
        if (digits < 1 || digits > MAX_PORT_DIGITS) {
            return false;
        }
        for (int i = colon + 1; i < host.length(); i++) {
            if (host.charAt(i) < '0' || host.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!arriving.isEmpty()) {
            if (patience == null) {
                patience =
                        context.executor().schedule(() -> giveUp(context), AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
            }
            context.read();
        }
        context.fireChannelReadComplete();
    }

    private void giveUp(ChannelHandlerContext context) {
        passOnArriving(context);
        context.fireChannelReadComplete();
    }

    private void passOnArriving(ChannelHandlerContext context) {
        hurry();
        for (Object part = arriving.poll(); part != null; part = arriving.poll()) {
            passOn(context, part);
        }
    }

    private void hurry() {
        ScheduledFuture<?> pending = patience;
        if (pending != null) {
            pending.cancel(false);
            patience = null;
        }
    }

    private void passOn(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            passedOn++;
        }
        context.fireChannelRead(message);
    }

    /** Reactor Netty's answers, which come through here as well. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean interim =
                message instanceof HttpResponse response && response.status().code() < 200;
        if (message instanceof LastHttpContent && !interim && passedOn > 0) {
            passedOn--;
        }
        var unused = context.write(message, promise);
    }

    private void take(ChannelHandlerContext context) {
        hurry();
        deciding = true;
        if (waiting.isEmpty()) {
            // Asked for before this read is over, the next one costs no system call; asked for behind the answer, two.
            context.read();
        }
        HttpHeaders headers = ((HttpRequest) arriving.remove()).headers();
        byte[] body = body();
        Turn turn = new Turn(context);
        try {
            desk.serve(
                    headers,
                    body,
                    () -> Schedulers.fromExecutor(context.channel().eventLoop()),
                    turn::answer);
        } catch (RuntimeException | Error bug) {
            turn.answer(AuthorizeDesk.failure(bug));
        }
    }

    private byte[] body() {
        int length = 0;
        for (Object part : arriving) {
            length += ((HttpContent) part).content().readableBytes();
        }
        byte[] bytes = new byte[length];
        int at = 0;
        for (Object part = arriving.poll(); part != null; part = arriving.poll()) {
            ByteBuf content = ((HttpContent) part).content();
            int more = content.readableBytes();
            content.readBytes(bytes, at, more);
            content.release();
            at += more;
        }
        return bytes;
    }

    /** One payment, until it is answered. */
    private final class Turn {
        private final ChannelHandlerContext context;
        private boolean answered;

        Turn(ChannelHandlerContext context) {
            this.context = context;
        }

        void answer(Reply reply) {
            if (answered) {
                LOG.error("a payment was answered twice; the second answer, {}, was not sent", reply.status());
                return;
            }
            answered = true;
            deciding = false;
            try {
                send(reply);
            } catch (RuntimeException | Error bug) {
                LOG.error("an answer was not sent for a reason that is our own; its connection is closed", bug);
                var unused = context.close();
            } finally {
                drain.leave();
            }
        }

        private void send(Reply reply) {
            // A service that stops takes no other request.
            boolean last = drain.announcing();
            HttpHeaders headers = HEADERS.newHeaders();
            reply.head(headers, last);
            DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(reply.status()),
                    Unpooled.wrappedBuffer(reply.body()),
                    headers,
                    EmptyHttpHeaders.INSTANCE);
            if (last) {
                end();
                var unused = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
                return;
            }
            var unused = context.writeAndFlush(response, context.voidPromise());
            if (waiting.isEmpty()) {
                context.read();
            } else {
                context.executor().execute(() -> goOn(context));
            }
        }
    }

    /** Behind a payment that is answered: what came with it. */
    private void goOn(ChannelHandlerContext context) {
        while (!deciding && !waiting.isEmpty()) {
            arrived(context, waiting.remove());
        }
        if (!deciding) {
            channelReadComplete(context);
            context.read();
        }
    }

    private void end() {
        closed = true;
        hurry();
        arriving.forEach(ReferenceCountUtil::release);
        arriving.clear();
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        end();
    }
}
