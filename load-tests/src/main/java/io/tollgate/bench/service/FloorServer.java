package io.tollgate.bench.service;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The least that a Netty server can spend on a payment: it waits for what the decision service waits for, one after the
 * other, and computes nothing.
 *
 * <p>For each HTTP/1.1 request, whatever its method and path, it
 *
 * <ol>
 *   <li>takes the request apart with Netty's own decoder and drops it;
 *   <li>sends one MGET of a payment's feature keys and waits for all of the reply;
 *   <li>sends one request with a payment's vector to the model endpoint over a keep-alive connection and waits for the
 *       end of its answer;
 *   <li>claims a key that is new each time with {@code SET … PX … NX GET} and a value of the size of a decision record,
 *       and waits for the reply;
 *   <li>copies the bytes of one event into a memory-mapped file;
 *   <li>answers with bytes that were once the service's own answer;
 *   <li>sends the scripts that append to the tails, and reads their replies when they come.
 * </ol>
 *
 * <p>As in the service, HTTP server, Redis and model connections share event loops: a payment never changes threads.
 *
 * <p>What it does not do: read JSON, build a key, decode a blob, evaluate a feature, encode a vector or an answer, apply a
 * policy, check a token, keep a deadline or a breaker, count, log, remember decisions for retries, checksum what it
 * stores, or ship events to the hub. A model or Redis that fails is fatal to the requests that wait for it.
 */
public final class FloorServer implements AutoCloseable {
    private final Transport transport;
    private final Channel listening;

    private FloorServer(Transport transport, Channel listening) {
        this.transport = transport;
        this.listening = listening;
    }

    /**
     * Connects to Redis and serves on a free port of the loopback interface.
     *
     * @param threads event loops, each with a Redis connection, model connections and a journal of its own
     * @param directory of the journals
     */
    static FloorServer start(FloorWork work, int threads, Path directory) throws IOException {
        Transport transport = Transport.of("floor-loop", threads);
        Map<EventLoop, FloorLoop> loops = new LinkedHashMap<>();
        for (EventExecutor executor : transport.loops()) {
            EventLoop loop = (EventLoop) executor;
            Journal journal = new Journal(directory.resolve("journal-" + loops.size()));
            ModelLinks models = new ModelLinks(transport, loop, work.model());
            loops.put(loop, new FloorLoop(work, redis(transport, loop, work.redis()), models, journal, loops.size()));
        }
        Channel listening = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.serverSocket())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        FloorLoop loop = loops.get(channel.eventLoop());
                        if (loop == null) {
                            throw new IllegalStateException("a channel on a loop that is not ours");
                        }
                        channel.pipeline().addLast(new HttpRequestDecoder(), new FloorHandler(loop));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        return new FloorServer(transport, listening);
    }

    private static RedisLink redis(Transport transport, EventLoop loop, InetSocketAddress address) {
        RedisLink link = new RedisLink();
        var unused = new Bootstrap()
                .group(loop)
                .channel(transport.socket())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(link)
                .connect(address)
                .syncUninterruptibly();
        return link;
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        transport.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /**
     * Serves until the process is ended; prints {@code ready: PORT}.
     *
     * @param arguments a file of {@link FloorWork}, the number of event loops, a directory for the journals
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 3) {
            System.err.println("usage: FloorServer WORK_FILE EVENT_LOOPS DIRECTORY");
            System.exit(2);
        }
        FloorServer server =
                start(FloorWork.read(Path.of(arguments[0])), Integer.parseInt(arguments[1]), Path.of(arguments[2]));
        System.out.println("ready: " + server.port());
        Thread.currentThread().join();
    }
}
