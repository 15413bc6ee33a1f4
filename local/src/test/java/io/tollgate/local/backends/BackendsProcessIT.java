package io.tollgate.local.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.cosmos.CosmosClient;
import com.azure.cosmos.CosmosClientBuilder;
import com.azure.cosmos.CosmosContainer;
import com.azure.cosmos.models.PartitionKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** The contract of {@link Backends}, for whichever kind the system property chooses. */
@Timeout(180)
class BackendsProcessIT {
    private static final List<String> TRUST_STORE =
            List.of("javax.net.ssl.trustStore", "javax.net.ssl.trustStorePassword", "javax.net.ssl.trustStoreType");

    @TempDir
    Path empty;

    @Test
    void redis_canBeUsedBrokenAndMended_fromAnotherJvm() throws Exception {
        try (Backends backends = BackendsProcess.start(BackendOptions.only(Service.REDIS))) {
            URI uri = URI.create(backends.settings().redisUri());
            try (Jedis client = new Jedis(uri)) {
                assertThat(client.set("k", "v")).isEqualTo("OK");
                backends.inject(Fault.REDIS_KILL);
                assertThatThrownBy(client::ping).isInstanceOf(JedisConnectionException.class);
                backends.inject(Fault.REDIS_RESTART);
            }
            try (Jedis client = new Jedis(uri, 200)) {
                backends.inject(Fault.REDIS_PAUSE);
                assertThatThrownBy(client::ping)
                        .isInstanceOf(JedisConnectionException.class)
                        .hasMessageContaining("timed out");
                backends.inject(Fault.REDIS_RESUME);
            }
            try (Jedis client = new Jedis(uri)) {
                assertThat(client.ping()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void kafka_keepsItsTopics_whenItIsStoppedAndStarted() throws Exception {
        BackendOptions options = BackendOptions.only(Service.KAFKA).withTopics(Map.of("events", 2));
        try (Backends backends = BackendsProcess.start(options)) {
            assertThat(partitions(backends, "events")).isEqualTo(2);
            backends.inject(Fault.KAFKA_STOP);
            backends.inject(Fault.KAFKA_RESTART);
            assertThat(partitions(backends, "events")).isEqualTo(2);
        }
    }

    @Test
    @DisabledIfSystemProperty(
            named = "tollgate.backends",
            matches = "containers",
            disabledReason = "the container images speak plain text")
    void securedBackends_areReached_withTheSettingsAlone() throws Exception {
        try (Backends backends = BackendsProcess.start(BackendOptions.all().withSecurity(true))) {
            BackendSettings settings = backends.settings();
            settings.trustStoreProperties().forEach(System::setProperty);
            SSLSocketFactory tls = settings.sslContext().getSocketFactory();
            try (Jedis redis = new Jedis(URI.create(settings.redisUri()), tls, new SSLParameters(), null);
                    CosmosClient cosmos = new CosmosClientBuilder()
                            .endpoint(settings.cosmosEndpoint())
                            .key(settings.cosmosKey())
                            .gatewayMode()
                            .endpointDiscoveryEnabled(false)
                            .buildClient()) {
                CosmosContainer outcomes =
                        cosmos.getDatabase(settings.cosmosDatabase()).getContainer("fraud_outcomes");
                outcomes.createItem(Map.of("id", "tx-1", "transactionId", "tx-1"));
                backends.inject(Fault.COSMOS_THROTTLE);
                backends.inject(Fault.COSMOS_RELEASE);

                assertThat(redis.ping()).isEqualTo("PONG");
                assertThat(partitions(backends, "txn_events")).isEqualTo(4);
                assertThat(outcomes.readItem("tx-1", new PartitionKey("tx-1"), Map.class)
                                .getStatusCode())
                        .isEqualTo(200);
                assertThat(backends.counters()).containsEntry("cosmos.POINT_READ", 1L);
            }
        } finally {
            TRUST_STORE.forEach(System::clearProperty);
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
