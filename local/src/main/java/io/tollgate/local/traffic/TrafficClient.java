package io.tollgate.local.traffic;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open-loop HTTP client: sends each payment when it is due, whether or not earlier ones were answered, over a bounded
 * number of keep-alive connections. A payment that has to wait for a connection keeps its due time, from which its
 * latency counts.
 *
 * <p>All of it runs on one event loop, to leave the processor to the service. {@link #send} may be called once; {@link
 * #stop} and {@link #close} from any thread.
 */
public final class TrafficClient implements AutoCloseable, Connection.Owner {
    /** An answer has about 1 KB; one of 64 KB is something else. */
    private static final int MAX_ANSWER_BYTES = 64 * 1024;

    private static final int CONNECT_TIMEOUT_MS = 2_000;

    /** A refused connection is tried again after this: often enough for a restart, too seldom to burn a core. */
    private static final int RECONNECT_NANOS = 200_000_000;

    /** How many due payments are taken up before answers are read again. */
    private static final int BATCH = 64;

    /** Longest sleep before the next payment, so that {@link #stop} is heard. */
    private static final long MAX_NAP_NANOS = 10_000_000;

    /** Sleep while every connection is taken. */
    private static final long BUSY_NAP_NANOS = 200_000;

    private final TrafficSettings settings;
    private final TrafficListener listener;
    private final Clock clock;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Bootstrap bootstrap;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Deque<Connection.Exchange> waiting = new ArrayDeque<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private int underWay;
    private boolean exhausted;
    private long startNanos;
    private Instant start = Instant.EPOCH;

    public TrafficClient(TrafficSettings settings, TrafficListener listener, Clock clock) {
        this.settings = settings;
        this.listener = listener;
        this.clock = clock;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .remoteAddress(settings.address())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(MAX_ANSWER_BYTES),
                                        new Connection(TrafficClient.this, settings));
                    }
                });
    }

    /**
     * Sends all payments of a source.
     *
     * @return completes when the source is exhausted, or {@link #stop} was called, and every payment that became due
     *     has been answered or has failed; fails when the source does
     */
    public CompletableFuture<Void> send(PaymentSource source) {
        loop.execute(() -> {
            for (int i = 0; i < settings.connections(); i++) {
                connect();
            }
            start = clock.instant();
            startNanos = System.nanoTime();
            pump(source);
        });
        return done;
    }

    /** Makes no further payment due; those under way end as they will. */
    public void stop() {
        stopping.set(true);
    }

    /** Drops what is under way. */
    @Override
    public void close() {
        stopping.set(true);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        done.complete(null);
    }

    private void pump(PaymentSource source) {
        try {
            for (int i = 0; i < BATCH; i++) {
                long due = stopping.get() ? PaymentSource.END : source.nextDueNanos();
                if (due == PaymentSource.END) {
                    exhausted = true;
                    completeIfFinished();
                    return;
                }
                long now = System.nanoTime() - startNanos;
                if (due == PaymentSource.AT_ONCE) {
                    if (idle.isEmpty()) {
                        break;
                    }
                    due = now;
                }
                if (due > now) {
                    later(() -> pump(source), Math.min(due - now, MAX_NAP_NANOS));
                    return;
                }
                take(source.take(start.plusNanos(due)), startNanos + due);
            }
            later(() -> pump(source), idle.isEmpty() ? BUSY_NAP_NANOS : 0);
        } catch (RuntimeException e) {
            exhausted = true;
            done.completeExceptionally(e);
        }
    }

    /** The tasks see to their own failures, so that their futures have nothing to say. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void later(Runnable task, long nanos) {
        loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private void take(Outgoing payment, long dueNanos) {
        underWay++;
        listener.due(payment);
        Connection.Exchange exchange = new Connection.Exchange(payment, dueNanos);
        Connection connection = idle.poll();
        if (connection != null) {
            connection.send(exchange);
        } else if (waiting.size() < settings.maxWaiting()) {
            waiting.add(exchange);
            later(() -> expire(exchange), settings.timeout().toNanos());
        } else {
            failed(exchange, "NOT_SENT");
        }
    }

    private void expire(Connection.Exchange exchange) {
        if (waiting.peek() == exchange) {
            waiting.remove();
            failed(exchange, "NOT_SENT");
        }
    }

    private void connect() {
        if (group.isShuttingDown()) {
            return;
        }
        bootstrap.connect().addListener(result -> {
            if (!result.isSuccess() && !group.isShuttingDown()) {
                later(this::connect, RECONNECT_NANOS);
            }
        });
    }

    @Override
    public void answered(Connection connection, Connection.Exchange exchange, AuthorizationJson.Answer answer) {
        long latency = System.nanoTime() - exchange.dueNanos();
        listener.answered(exchange.payment(), answer.decision(), answer.degraded(), latency);
        ended();
    }

    @Override
    public void failed(Connection.Exchange exchange, String cause) {
        listener.failed(exchange.payment(), cause);
        ended();
    }

    @Override
    public void free(Connection connection) {
        Connection.Exchange next = waiting.poll();
        if (next == null) {
            idle.push(connection);
        } else {
            connection.send(next);
        }
    }

    @Override
    public void gone(Connection connection) {
        idle.remove(connection);
        connect();
    }

    private void ended() {
        underWay--;
        completeIfFinished();
    }

    private void completeIfFinished() {
        if (exhausted && underWay == 0) {
            done.complete(null);
        }
    }
}
