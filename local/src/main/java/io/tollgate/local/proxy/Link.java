package io.tollgate.local.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One client's connection and its counterpart to the server. Confined to the proxy's loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be written shows as a closed channel
final class Link {
    private final FaultProxy proxy;
    private final Channel client;
    private final Deque<Held> held = new ArrayDeque<>();
    private @Nullable Channel server;
    private long lastDue = System.nanoTime();
    private boolean dead;

    /** Bytes of an answer on their way. */
    private record Held(ByteBuf bytes, long dueNanos) {}

    Link(FaultProxy proxy, Channel client) {
        this.proxy = proxy;
        this.client = client;
    }

    void open(InetSocketAddress target) {
        proxy.opened(this);
        client.closeFuture().addListener(done -> close());
        Bootstrap bootstrap = new Bootstrap()
                .group(client.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new Handler(this::answer));
        bootstrap.connect(target).addListener((ChannelFutureListener) connect -> {
            if (!connect.isSuccess()) {
                close();
                return;
            }
            server = connect.channel();
            server.closeFuture().addListener(done -> close());
            client.pipeline().addLast(new Handler(this::ask));
            client.config().setAutoRead(true);
        });
    }

    private void ask(ByteBuf bytes) {
        if (proxy.fault() instanceof LinkFault.BlackHole) {
            dead = true;
        }
        if (dead || server == null) {
            bytes.release();
        } else {
            server.writeAndFlush(bytes);
        }
    }

    private void answer(ByteBuf bytes) {
        LinkFault fault = proxy.fault();
        if (fault instanceof LinkFault.BlackHole) {
            dead = true;
        }
        if (dead) {
            bytes.release();
        } else if (fault instanceof LinkFault.CutAfter cut) {
            client.writeAndFlush(bytes.readSlice(Math.min(cut.bytes(), bytes.readableBytes())))
                    .addListener(done -> close());
        } else if (fault instanceof LinkFault.Trickle trickle) {
            while (bytes.isReadable()) {
                long last = Math.max(lastDue, System.nanoTime());
                hold(bytes.readRetainedSlice(1), last + trickle.perByte().toNanos());
            }
            bytes.release();
        } else if (fault instanceof LinkFault.Delay delay) {
            hold(bytes, System.nanoTime() + delay.by().toNanos());
        } else {
            hold(bytes, System.nanoTime());
        }
    }

    /** Never before what is held already. */
    private void hold(ByteBuf bytes, long dueNanos) {
        lastDue = Math.max(lastDue, dueNanos);
        held.addLast(new Held(bytes, lastDue));
        if (held.size() == 1) {
            drain();
        }
    }

    /** Passes on what is due; all of it, once nothing is wrong any more. */
    void drain() {
        boolean everything = proxy.fault() == null;
        if (everything) {
            lastDue = System.nanoTime();
        }
        for (Held next = held.peekFirst(); next != null; next = held.peekFirst()) {
            long wait = next.dueNanos() - System.nanoTime();
            if (wait > 0 && !everything) {
                client.eventLoop().schedule(this::drain, wait, TimeUnit.NANOSECONDS);
                return;
            }
            client.writeAndFlush(held.removeFirst().bytes());
        }
    }

    void close() {
        proxy.closed(this);
        client.close();
        if (server != null) {
            server.close();
        }
        for (Held next = held.pollFirst(); next != null; next = held.pollFirst()) {
            next.bytes().release();
        }
    }

    /** Hands bytes over. */
    private static final class Handler extends ChannelInboundHandlerAdapter {
        private final Consumer<ByteBuf> to;

        Handler(Consumer<ByteBuf> to) {
            this.to = to;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            to.accept((ByteBuf) message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
