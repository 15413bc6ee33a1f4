package io.tollgate.api.store;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Makes connections for one event loop, to one server or to a cluster. */
final class RedisDialer {
    /**
     * A cluster that changes is noticed by the first command that goes astray (Lettuce's default); looking now and then finds
     * what no command has met, such as a new node.
     */
    private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(30);

    private final AbstractRedisClient client;
    private final Supplier<CompletionStage<RedisConnection>> connect;

    private RedisDialer(AbstractRedisClient client, Supplier<CompletionStage<RedisConnection>> connect) {
        this.client = client;
        this.connect = connect;
    }

    static RedisDialer server(ClientResources resources, RedisURI uri, ClientOptions options) {
        RedisClient client = RedisClient.create(resources, uri);
        client.setOptions(options);
        return new RedisDialer(
                client, () -> client.connectAsync(ByteArrayCodec.INSTANCE, uri).thenApply(RedisConnection::new));
    }

    /**
     * @param uri of any node
     */
    static RedisDialer cluster(ClientResources resources, RedisURI uri, ClientOptions options) {
        RedisClusterClient client = RedisClusterClient.create(resources, uri);
        client.setOptions(ClusterClientOptions.builder(options)
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                        .build())
                .build());
        return new RedisDialer(
                client,
                () -> client.refreshPartitionsAsync()
                        .thenCompose(known -> client.connectAsync(ByteArrayCodec.INSTANCE))
                        .thenApply(RedisConnection::new));
    }

    CompletionStage<RedisConnection> dial() {
        return connect.get();
    }

    void shutdown() {
        var unused = client.shutdownAsync(0, 1, TimeUnit.SECONDS);
    }
}
