package io.tollgate.pipeline.publish;

import java.util.Set;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.util.JedisURIHelper;

/** Connections to where features are published, for one server or a cluster. */
public final class RedisClients {
    private RedisClients() {}

    /**
     * A thread-safe client; the caller closes it.
     *
     * @param name shown by {@code CLIENT LIST}
     * @throws redis.clients.jedis.exceptions.JedisException when a cluster does not answer; one server is asked later
     */
    public static UnifiedJedis connect(RedisTarget target, String name) {
        int timeoutMs = Math.toIntExact(target.timeout().toMillis());
        DefaultJedisClientConfig.Builder builder = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(timeoutMs)
                .socketTimeoutMillis(timeoutMs)
                .database(target.cluster() ? 0 : JedisURIHelper.getDBIndex(target.uri()))
                .ssl("rediss".equals(target.uri().getScheme()))
                .clientName(name);
        RedisTarget.Login login = target.login();
        JedisClientConfig config = login == null
                ? builder.user(JedisURIHelper.getUser(target.uri()))
                        .password(JedisURIHelper.getPassword(target.uri()))
                        .build()
                : builder.credentialsProvider(new TokenCredentials(login)).build();
        HostAndPort address = JedisURIHelper.getHostAndPort(target.uri());
        return target.cluster() ? new JedisCluster(Set.of(address), config) : new JedisPooled(address, config);
    }
}
