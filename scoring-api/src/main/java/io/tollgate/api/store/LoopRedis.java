package io.tollgate.api.store;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Redis connection on each event loop, so that a command and its reply never leave the thread of the request that
 * needs them. One connection carries any number of requests (commands are pipelined); there are as many as loops only to
 * save the hop.
 *
 * <p>Connects in the background and for as long as it takes: the service starts, and decides, without Redis. While there
 * is no connection, commands fail at once.
 */
public final class LoopRedis implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopRedis.class);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofMillis(500);

    private static final Duration PULSE = Duration.ofSeconds(1);

    /**
     * A connection that has been silent for so long is given up for a new one. A server that fails over may vanish
     * without closing its connections, and the kernel would go on trying for a quarter of an hour.
     */
    private static final Duration SILENT = Duration.ofSeconds(3);

    /** Commands waiting for a reply on one connection; at 10 ms a reply this is 100,000 requests a second. */
    private static final int MAX_QUEUED = 1_024;

    private final boolean cluster;
    private final AtomicBoolean complained = new AtomicBoolean();
    private final List<Link> links = new ArrayList<>();
    private final HashedWheelTimer timer = new HashedWheelTimer(new DefaultThreadFactory("redis-timer", true));

    /** The connection of one loop. */
    private final class Link {
        final EventLoop loop;
        final ClientResources resources;
        final RedisDialer dialer;
        volatile @Nullable RedisConnection connection;
        volatile boolean closed;
        // Confined to the loop.
        private @Nullable RedisFuture<String> ping;
        private long pingedNanos;

        Link(EventLoop loop, RedisURI uri) {
            this.loop = loop;
            this.resources = DefaultClientResources.builder()
                    .eventLoopGroupProvider(new SingleLoop(loop))
                    .eventExecutorGroup(loop)
                    .timer(timer)
                    .reconnectDelay(Delay.constant(RETRY))
                    .build();
            ClientOptions options = ClientOptions.builder()
                    .autoReconnect(true)
                    .reauthenticateBehavior(ClientOptions.ReauthenticateBehavior.ON_NEW_CREDENTIALS)
                    .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                    .requestQueueSize(MAX_QUEUED)
                    .socketOptions(SocketOptions.builder()
                            .connectTimeout(CONNECT_TIMEOUT)
                            .keepAlive(true)
                            .tcpNoDelay(true)
                            .build())
                    // Deadlines are kept by the callers, who know what is left of a request's budget.
                    .timeoutOptions(
                            TimeoutOptions.builder().timeoutCommands(false).build())
                    .build();
            this.dialer = cluster
                    ? RedisDialer.cluster(resources, uri, options)
                    : RedisDialer.server(resources, uri, options);
        }

        /** Now and then, on the loop: asks for a sign of life, and gives up a connection that has none. */
        void pulse(RedisURI uri) {
            RedisConnection current = connection;
            if (closed || current == null || !current.isOpen()) {
                ping = null;
                return;
            }
            if (ping == null || ping.isDone()) {
                ping = current.async().ping();
                pingedNanos = System.nanoTime();
            } else if (System.nanoTime() - pingedNanos > SILENT.toNanos()) {
                LOG.warn("redis at {}:{} is silent, connecting anew", uri.getHost(), uri.getPort());
                ping = null;
                connection = null;
                var unused = current.closeAsync();
                connect(uri);
            }
        }

        void connect(RedisURI uri) {
            var unused = dialer.dial().whenComplete((made, error) -> {
                if (closed) {
                    if (made != null) {
                        var unusedClose = made.closeAsync();
                    }
                } else if (error == null) {
                    connection = made;
                    complained.set(false);
                } else {
                    complain(uri, error);
                    var unusedRetry = loop.schedule(() -> connect(uri), RETRY.toMillis(), TimeUnit.MILLISECONDS);
                }
            });
        }
    }

    /**
     * @param access to the server, or to any node of the cluster
     * @param cluster whether it speaks the cluster protocol
     */
    public LoopRedis(EventLoops loops, RedisAccess access, boolean cluster) {
        this.cluster = cluster;
        // The time for greetings as well: a server that takes connections and says nothing is tried again.
        RedisURI uri =
                RedisURI.builder(access.uri()).withTimeout(CONNECT_TIMEOUT).build();
        for (EventLoop loop : loops.loops()) {
            links.add(new Link(loop, uri));
        }
        for (Link link : links) {
            link.connect(uri);
            var unused = link.loop.scheduleWithFixedDelay(
                    () -> link.pulse(uri), PULSE.toMillis(), PULSE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Once per outage, not once per attempt. */
    private void complain(RedisURI uri, Throwable error) {
        if (complained.compareAndSet(false, true)) {
            LOG.warn("redis at {}:{} does not answer, trying again: {}", uri.getHost(), uri.getPort(), reason(error));
        }
    }

    private static String reason(Throwable error) {
        Throwable cause = error.getCause() == null ? error : error.getCause();
        return cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
    }

    /** The loop that the calling thread is, or the first one for callers from outside. */
    public EventLoop loop() {
        return link().loop;
    }

    /** The connection of {@link #loop()}; null while there is none. */
    public @Nullable RedisConnection connection() {
        return link().connection;
    }

    private Link link() {
        // A handful of loops: comparing threads beats a map.
        for (int i = 0; i < links.size(); i++) {
            Link link = links.get(i);
            if (link.loop.inEventLoop()) {
                return link;
            }
        }
        return links.get(0);
    }

    /** Whether the keys of one command must share a slot. */
    boolean cluster() {
        return cluster;
    }

    /** Whether every loop is connected now. */
    public boolean connected() {
        for (Link link : links) {
            RedisConnection connection = link.connection;
            if (connection == null || !connection.isOpen()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        for (Link link : links) {
            link.closed = true;
            // With its connections.
            link.dialer.shutdown();
            var unusedEnd = link.resources.shutdown(0, 0, TimeUnit.SECONDS);
        }
        timer.stop();
    }

    /** Lends one of our loops to Lettuce; nothing that Lettuce does ends it. */
    private record SingleLoop(EventLoop loop) implements EventLoopGroupProvider {
        @Override
        @SuppressWarnings("unchecked") // Lettuce asks for a transport's group class and uses it as an EventLoopGroup
        public <T extends EventLoopGroup> T allocate(Class<T> type) {
            return (T) loop;
        }

        @Override
        public int threadPoolSize() {
            return 1;
        }

        @Override
        public Future<Boolean> release(EventExecutorGroup group, long quiet, long timeout, TimeUnit unit) {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
        }

        @Override
        public Future<Boolean> shutdown(long quiet, long timeout, TimeUnit unit) {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
        }
    }
}
