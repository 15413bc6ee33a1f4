package io.tollgate.model.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.tollgate.model.FailureCause;
import io.tollgate.model.call.Completions;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop. Confined to it, so there is no lock and no hop: a call made on the loop is written,
 * answered and completed there.
 */
final class LoopConnections {
    private final EventLoop loop;
    private final EndpointSettings settings;
    private final RequestEncoder encoder;
    private final @Nullable SslContext tls;
    private final Bootstrap bootstrap;
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final Set<Connection> open = new HashSet<>();
    private int connecting;

    LoopConnections(
            EventLoop loop,
            Class<? extends SocketChannel> channelClass,
            AddressResolverGroup<InetSocketAddress> names,
            EndpointSettings settings,
            RequestEncoder encoder,
            @Nullable SslContext tls) {
        this.loop = loop;
        this.settings = settings;
        this.encoder = encoder;
        this.tls = tls;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(channelClass)
                .resolver(names)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.connectTimeout().toMillis())
                .remoteAddress(InetSocketAddress.createUnresolved(settings.host(), settings.port()))
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        prepare(channel);
                    }
                });
    }

    EventLoop loop() {
        return loop;
    }

    void send(Exchange exchange) {
        long now = System.nanoTime();
        for (Connection last = idle.pollLast(); last != null; last = idle.pollLast()) {
            if (last.usable(now, settings.maxIdle().toNanos())) {
                send(exchange, last);
                return;
            }
            last.close();
        }
        sendOnNewConnection(exchange);
    }

    private void send(Exchange exchange, Connection connection) {
        Completions.whenDone(exchange.result(), attempt -> {
            if (attempt == null) {
                onLoop(() -> connection.abandon(exchange));
            }
        });
        connection.send(exchange, encoder);
    }

    void sendOnNewConnection(Exchange exchange) {
        if (open.size() + connecting >= settings.maxConnectionsPerLoop()) {
            exchange.fail(FailureCause.OVERLOAD, "all connections to the endpoint are in use");
            return;
        }
        connecting++;
        ChannelFuture connect = bootstrap.connect();
        connect.addListener(done -> onLoop(() -> connected(connect, exchange)));
    }

    private void connected(ChannelFuture connect, Exchange exchange) {
        connecting--;
        if (!connect.isSuccess()) {
            Throwable cause = connect.cause();
            exchange.fail(
                    FailureCause.UNREACHABLE,
                    "no connection ("
                            + (cause == null ? "cancelled" : cause.getClass().getSimpleName()) + ")");
            return;
        }
        Connection connection = connect.channel().pipeline().get(Connection.class);
        if (connection == null || !connect.channel().isActive()) {
            exchange.fail(FailureCause.UNREACHABLE, "the connection was closed at once");
            return;
        }
        open.add(connection);
        if (exchange.result().isDone()) {
            release(connection); // too late for this payment, in time for the next
        } else {
            send(exchange, connection);
        }
    }

    private void prepare(SocketChannel channel) {
        if (tls != null) {
            SslHandler handler = tls.newHandler(channel.alloc(), settings.host(), settings.port());
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            handler.engine().setSSLParameters(parameters);
            handler.setHandshakeTimeoutMillis(settings.connectTimeout().toMillis());
            channel.pipeline().addLast(handler);
        }
        channel.pipeline().addLast(new HttpResponseDecoder(), new Connection(this, channel));
    }

    void release(Connection connection) {
        connection.idleSince(System.nanoTime());
        idle.addLast(connection);
    }

    void closed(Connection connection) {
        open.remove(connection);
        idle.remove(connection);
    }

    void close() {
        onLoop(() -> Set.copyOf(open).forEach(Connection::close));
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }
}
