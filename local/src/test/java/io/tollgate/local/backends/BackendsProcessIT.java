package io.tollgate.local.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** The contract of {@link Backends}, for whichever kind the system property chooses. */
@Timeout(180)
class BackendsProcessIT {
    @TempDir
    Path empty;

    @Test
    void backends_canBeUsedBrokenAndMended_fromAnotherJvm() throws Exception {
        BackendOptions options =
                BackendOptions.only(Service.REDIS, Service.KAFKA).withTopics(Map.of("events", 2));
        try (Backends backends = BackendsProcess.start(options)) {
            URI uri = URI.create(backends.settings().redisUri());
            try (Jedis client = new Jedis(uri)) {
                assertThat(client.set("k", "v")).isEqualTo("OK");
                backends.inject(Fault.REDIS_KILL);
                assertThatThrownBy(client::ping).isInstanceOf(JedisConnectionException.class);
                backends.inject(Fault.REDIS_RESTART);
            }
            try (Jedis client = new Jedis(uri)) {
                assertThat(client.ping()).isEqualTo("PONG");
            }
            assertThat(partitions(backends, "events")).isEqualTo(2);
            backends.inject(Fault.KAFKA_STOP);
            backends.inject(Fault.KAFKA_RESTART);
            assertThat(partitions(backends, "events")).isEqualTo(2);
        }
    }

    @Test
    void start_namesTheRemedy_whenTheModuleIsNotBuilt() {
        assertThatThrownBy(() -> BackendsProcess.start(BackendOptions.all(), empty))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Build the module first");
    }

    private static int partitions(Backends backends, String topic) throws Exception {
        try (Admin admin =
                Admin.create(new HashMap<String, Object>(backends.settings().kafkaProperties()))) {
            return Objects.requireNonNull(admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get(30, TimeUnit.SECONDS)
                            .get(topic))
                    .partitions()
                    .size();
        }
    }
}
