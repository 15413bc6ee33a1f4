package io.tollgate.bench.service;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends HTTP requests over keep-alive connections from one event loop, in one of two ways.
 *
 * <p><b>Open loop</b>: requests become due at a constant rate, whatever the server does, and a request's latency counts
 * from when it was due. A server that stalls for a second is thus charged a second for the request that met the stall,
 * a little less for the next, and so on; a client that waited for the answer before it sent the next request would
 * report one slow request ("coordinated omission", Gil Tene, "How NOT to Measure Latency", 2013).
 *
 * <p><b>Closed loop</b>: so many connections, each sending its next request when it has its answer. That measures
 * throughput, not latency.
 */
final class LoadClient implements AutoCloseable {
    /** Open loop: more than are ever under way at once, unless the server stalls; what is due then waits its turn. */
    private static final int OPEN_CONNECTIONS = 64;

    private static final int CONNECT_MILLIS = 2_000;

    /** Longer than any answer takes that is still of use. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Transport transport = Transport.of("load-client", 1);
    private final EventLoop loop = transport.loops().next();
    private final Requests requests;
    private final Duration patience;

    /** @param patience for answers, once the last request is due */
    LoadClient(Requests requests, Duration patience) {
        this.requests = requests;
        this.patience = patience;
    }

    /**
     * Sends {@code perSecond * time} requests at a constant rate.
     *
     * @throws IOException when the server takes no connection
     */
    LoadResult openLoop(InetSocketAddress server, int perSecond, Duration time) throws IOException {
        long gap = TimeUnit.SECONDS.toNanos(1) / perSecond;
        return run(server, OPEN_CONNECTIONS, new LoadRun.Pace(gap, time.toNanos() / gap), time);
    }

    /**
     * Keeps every connection busy for a time.
     *
     * @throws IOException when the server takes no connection
     */
    LoadResult closedLoop(InetSocketAddress server, int connections, Duration time) throws IOException {
        return run(server, connections, LoadRun.Pace.NONE, time);
    }

    private LoadResult run(InetSocketAddress server, int connections, LoadRun.Pace pace, Duration time)
            throws IOException {
        LoadRun run = new LoadRun(loop, requests, pace, time, time.plus(patience));
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.socket())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpResponseDecoder(), new LoadConnection(run));
                    }
                });
        try {
            for (int i = 0; i < connections; i++) {
                var unused = bootstrap.connect(server).get(CONNECT_MILLIS, TimeUnit.MILLISECONDS);
            }
            loop.execute(run::start);
            return run.result().get(time.plus(patience).plus(patience).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("no load on " + server + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            loop.submit(run::close).syncUninterruptibly();
        }
    }

    @Override
    public void close() {
        transport.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
