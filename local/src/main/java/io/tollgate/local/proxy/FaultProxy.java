package io.tollgate.local.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands on a port of the loopback interface and passes bytes on to a server, badly if asked to. Thread-safe; its one
 * thread is a daemon and owns all that changes.
 */
public final class FaultProxy implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("fault-proxy", true), NioIoHandler.newFactory());
    private final InetSocketAddress target;
    private final Set<Link> links = new HashSet<>();
    private final int port;
    private @Nullable Channel listening;
    private @Nullable LinkFault fault;

    private FaultProxy(InetSocketAddress target) {
        this.target = target;
        Channel bound = bind(0);
        this.listening = bound;
        this.port = ((InetSocketAddress) bound.localAddress()).getPort();
    }

    /** Takes a free port and passes everything on to {@code host:targetPort}. */
    public static FaultProxy to(String host, int targetPort) {
        return new FaultProxy(new InetSocketAddress(host, targetPort));
    }

    /** Where clients connect, on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** From now on, and for connections that are open as well. Has taken effect when this returns. */
    public synchronized void set(LinkFault next) {
        if (next instanceof LinkFault.Refuse) {
            stopListening();
        } else {
            listen();
        }
        onLoop(() -> {
            fault = next;
            if (next instanceof LinkFault.Refuse) {
                closeLinks();
            }
        });
    }

    /** From now on all is well; answers that were held back arrive at once. */
    public synchronized void clear() {
        onLoop(() -> {
            fault = null;
            links.forEach(Link::drain);
        });
        listen();
    }

    /** Closes every connection, once. */
    public void cut() {
        onLoop(this::closeLinks);
    }

    /** Connections that are open now. */
    public int connections() {
        int[] count = new int[1];
        onLoop(() -> count[0] = links.size());
        return count[0];
    }

    /** Closes everything; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (group.isShuttingDown()) {
            return;
        }
        stopListening();
        cut();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** What is wrong now; on the loop. */
    @Nullable
    LinkFault fault() {
        return fault;
    }

    void opened(Link link) {
        links.add(link);
    }

    void closed(Link link) {
        links.remove(link);
    }

    private void listen() {
        if (listening == null) {
            listening = bind(port);
        }
    }

    private void stopListening() {
        if (listening != null) {
            listening.close().syncUninterruptibly();
            listening = null;
        }
    }

    private void closeLinks() {
        List.copyOf(links).forEach(Link::close);
    }

    private Channel bind(int wanted) {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        new Link(FaultProxy.this, channel).open(target);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted))
                .syncUninterruptibly()
                .channel();
    }

    private void onLoop(Runnable task) {
        group.next().submit(task).syncUninterruptibly();
    }
}
