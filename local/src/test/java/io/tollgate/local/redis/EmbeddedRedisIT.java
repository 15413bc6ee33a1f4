package io.tollgate.local.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.local.net.LocalCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

@Timeout(60)
class EmbeddedRedisIT {
    @TempDir
    Path directory;

    @Test
    void server_answers_whenStartReturns() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(RedisOptions.defaults());
                Jedis client = new Jedis(URI.create(redis.uri()))) {
            client.set("k", "v");

            assertThat(client.get("k")).isEqualTo("v");
            assertThat(client.configGet("maxmemory-policy")).containsEntry("maxmemory-policy", "volatile-ttl");
            assertThat(client.configGet("save")).containsEntry("save", "");
        }
    }

    @Test
    void server_refusesStrangersAndPlainText_whenTlsAndPasswordAreAsked() throws Exception {
        LocalCertificate certificate = LocalCertificate.create(directory);
        RedisOptions options = RedisOptions.defaults().withTls(certificate).withPassword("open sesame");
        try (EmbeddedRedis redis = EmbeddedRedis.start(options)) {
            HostAndPort address = new HostAndPort("localhost", redis.port());
            assertThatThrownBy(() -> ping(address, DefaultJedisClientConfig.builder()))
                    .isInstanceOf(JedisConnectionException.class);
            assertThatThrownBy(() -> ping(address, trusting(certificate)))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageContaining("NOAUTH");
            assertThat(ping(address, trusting(certificate).password("open sesame")))
                    .isEqualTo("PONG");
            assertThat(redis.uri()).startsWith("rediss://");
            assertThat(options.toString()).doesNotContain("sesame");
        }
    }

    @Test
    void clusterOfOne_servesEverySlot() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(RedisOptions.defaults().withCluster(true));
                JedisCluster client = new JedisCluster(Set.of(new HostAndPort("127.0.0.1", redis.port())))) {
            for (int i = 0; i < 100; i++) {
                client.set("key-" + i, "v" + i);
            }

            assertThat(client.get("key-99")).isEqualTo("v99");
        }
    }

    @Test
    void clusterOfTwo_sharesTheSlots() throws Exception {
        try (EmbeddedRedisCluster cluster = EmbeddedRedisCluster.start(2);
                JedisCluster client = new JedisCluster(Set.of(
                        new HostAndPort("127.0.0.1", cluster.nodes().get(1).port())))) {
            for (int i = 0; i < 100; i++) {
                client.set("key-" + i, "v" + i);
            }

            assertThat(client.get("key-99")).isEqualTo("v99");
            for (EmbeddedRedis node : cluster.nodes()) {
                try (Jedis direct = new Jedis(URI.create(node.uri()))) {
                    assertThat(direct.dbSize()).isBetween(20L, 80L);
                }
            }
        }
    }

    @Test
    void data_isGoneAfterAKill_unlessADirectoryKeepsIt() throws Exception {
        try (EmbeddedRedis forgetful = EmbeddedRedis.start(RedisOptions.defaults());
                EmbeddedRedis keeping =
                        EmbeddedRedis.start(RedisOptions.defaults().withDataDir(directory))) {
            for (EmbeddedRedis redis : new EmbeddedRedis[] {forgetful, keeping}) {
                try (Jedis client = new Jedis(URI.create(redis.uri()))) {
                    client.set("k", "v");
                }
                redis.kill();
                redis.restart();
            }
            try (Jedis first = new Jedis(URI.create(forgetful.uri()));
                    Jedis second = new Jedis(URI.create(keeping.uri()))) {
                assertThat(first.get("k")).isNull();
                assertThat(second.get("k")).isEqualTo("v");
            }
        }
    }

    @Test
    void pausedServer_isSilent_andAnswersAfterResume() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(RedisOptions.defaults());
                Jedis client = new Jedis("127.0.0.1", redis.port(), 300)) {
            client.ping();
            redis.pause();
            assertThatThrownBy(client::ping)
                    .isInstanceOf(JedisConnectionException.class)
                    .hasMessageContaining("timed out");
            redis.resume();
            try (Jedis again = new Jedis("127.0.0.1", redis.port())) {
                assertThat(again.ping()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void start_saysWhy_whenThePortIsTaken() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(RedisOptions.defaults())) {
            assertThatThrownBy(() -> EmbeddedRedis.start(RedisOptions.defaults().withPort(redis.port())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ddress in use");
        }
    }

    private static DefaultJedisClientConfig.Builder trusting(LocalCertificate certificate) throws Exception {
        return DefaultJedisClientConfig.builder()
                .ssl(true)
                .sslSocketFactory(certificate.sslContext().getSocketFactory());
    }

    private static String ping(HostAndPort address, DefaultJedisClientConfig.Builder client) {
        try (Jedis jedis = new Jedis(address, client.build())) {
            return jedis.ping();
        }
    }
}
