package io.tollgate.bench.service;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Keep-alive connections of one event loop to the model endpoint, one exchange at a time on each, as many as are needed
 * at once. Confined to that loop.
 */
final class ModelLinks {
    private final Bootstrap bootstrap;
    private final Deque<Link> idle = new ArrayDeque<>();

    ModelLinks(Transport transport, EventLoop loop, InetSocketAddress model) {
        bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.socket())
                .remoteAddress(model)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpResponseDecoder(), new Link());
                    }
                });
    }

    /** Sends a request; the answer's content is of no interest, but its end is waited for. */
    void send(ByteBuf request, Runnable onAnswer) {
        Link free = idle.pollLast();
        if (free != null) {
            free.send(request, onAnswer);
            return;
        }
        var connecting = bootstrap.connect();
        var unused = connecting.addListener(done -> {
            Link link = connecting.channel().pipeline().get(Link.class);
            if (done.isSuccess() && link != null) {
                link.send(request, onAnswer);
            } else {
                request.release();
                throw new IllegalStateException("the model endpoint takes no connection", done.cause());
            }
        });
    }

    private final class Link extends SimpleChannelInboundHandler<HttpObject> {
        private @Nullable ChannelHandlerContext context;
        private @Nullable Runnable waiting;

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        void send(ByteBuf request, Runnable onAnswer) {
            ChannelHandlerContext open = context;
            if (open == null) {
                throw new IllegalStateException("not connected to the model endpoint");
            }
            waiting = onAnswer;
            var unused = open.writeAndFlush(request, open.voidPromise());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext read, HttpObject part) {
            Runnable done = waiting;
            if (part instanceof LastHttpContent && done != null) {
                waiting = null;
                idle.addLast(this);
                done.run();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext closed) {
            idle.remove(this);
        }
    }
}
