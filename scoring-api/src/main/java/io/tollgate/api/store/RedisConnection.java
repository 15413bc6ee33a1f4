package io.tollgate.api.store;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * One event loop's way to Redis: to one server, or to a cluster whose nodes are found by the first key of a command. The
 * commands are those that both have; all keys of one command must share a slot. Used on its loop, thread-safe.
 */
public final class RedisConnection {
    private final StatefulConnection<byte[], byte[]> connection;
    private final RedisChannelWriter writer;
    private final RedisClusterAsyncCommands<byte[], byte[]> commands;

    RedisConnection(StatefulRedisConnection<byte[], byte[]> server) {
        this.connection = server;
        this.writer = writer(server);
        this.commands = server.async();
    }

    RedisConnection(StatefulRedisClusterConnection<byte[], byte[]> cluster) {
        this.connection = cluster;
        this.writer = writer(cluster);
        this.commands = cluster.async();
    }

    /** Lettuce's commands, each answered on the loop. */
    public RedisClusterAsyncCommands<byte[], byte[]> async() {
        return commands;
    }

    /** What is behind {@code dispatch}, which looks in each command for transactions and changes of the connection. */
    private static RedisChannelWriter writer(StatefulConnection<byte[], byte[]> connection) {
        return ((RedisChannelHandler<?, ?>) connection).getChannelWriter();
    }

    /** Sends a command; its own completion tells the reply. */
    void dispatch(WireCommand<?> command) {
        var unused = writer.write(command);
    }

    /** Sends commands in one write to each socket; their own completions tell the replies. */
    void dispatch(Collection<? extends WireCommand<?>> several) {
        var unused = writer.write(several);
    }

    /** Whether commands can be sent now. */
    public boolean isOpen() {
        return connection.isOpen();
    }

    CompletableFuture<Void> closeAsync() {
        return connection.closeAsync();
    }
}
