package io.tollgate.bench.service;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** An HTTP server on one event loop that answers as it is told. */
final class StubServer implements AutoCloseable {
    private final Transport transport = Transport.of("stub", 1);
    private final AtomicInteger requests = new AtomicInteger();
    private final Channel listening;

    /** What is done about a request, on the event loop that serves all of them. */
    interface Behaviour {
        /**
         * @param number of the request, from 1
         * @param answer sends an answer of a status; never called for none
         */
        void on(int number, IntConsumer answer);
    }

    StubServer(Behaviour behaviour) {
        listening = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.serverSocket())
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpRequestDecoder(), new Handler(behaviour));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        transport.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Handler extends SimpleChannelInboundHandler<@Nullable Object> {
        private final Behaviour behaviour;

        Handler(Behaviour behaviour) {
            this.behaviour = behaviour;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, @Nullable Object part) {
            if (part instanceof LastHttpContent) {
                behaviour.on(requests.incrementAndGet(), status -> {
                    String body = "{\"decision\":\"APPROVE\",\"degraded\":[]}";
                    var unused = context.writeAndFlush(Unpooled.copiedBuffer(
                            "HTTP/1.1 " + status + " X\r\ncontent-length: " + body.length() + "\r\n\r\n" + body,
                            StandardCharsets.US_ASCII));
                });
            }
        }
    }
}
