package io.tollgate.local.containers;

import com.azure.cosmos.CosmosClient;
import com.azure.cosmos.CosmosClientBuilder;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.backends.Backends;
import io.tollgate.local.backends.Fault;
import io.tollgate.local.backends.Service;
import io.tollgate.local.net.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Redis, Kafka and the Cosmos DB emulator as Docker containers under their public image names, which system properties
 * replace ({@code tollgate.image.redis}, {@code .kafka}, {@code .cosmos}).
 *
 * <p>Plain text only, Redis not as a cluster, nothing kept, and no throttling of Cosmos DB on demand: tests of those
 * run on the embedded backends.
 */
public final class ContainerBackends implements Backends {
    /** The emulator's published key, the same for everybody. */
    private static final String EMULATOR_KEY =
            "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";

    private static final String DATABASE = "tollgate";
    private static final int REDIS_PORT = 6379;
    private static final int COSMOS_PORT = 8081;
    private static final int ADMIN_LIMIT_SECONDS = 60;

    private final Map<String, String> settings = new HashMap<>();
    private @Nullable GenericContainer<?> redis;
    private @Nullable KafkaContainer kafka;
    private @Nullable GenericContainer<?> cosmos;
    private @Nullable Path trustStore;

    private ContainerBackends() {}

    /**
     * Starts containers and returns when they can be used.
     *
     * @throws IOException when there is no Docker engine, an image cannot be had or the options ask for more than
     *     containers offer
     */
    public static ContainerBackends start(BackendOptions options) throws IOException {
        if (options.secured() || options.redisNodes() > 0 || options.dataDir() != null) {
            throw new IOException("Containers run in plain text, without a cluster and without a data directory."
                    + " Use -Dtollgate.backends=embedded for this test.");
        }
        ContainerBackends backends = new ContainerBackends();
        try {
            if (options.services().contains(Service.REDIS)) {
                backends.startRedis();
            }
            if (options.services().contains(Service.KAFKA)) {
                backends.startKafka(options.topics());
            }
            if (options.services().contains(Service.COSMOS)) {
                backends.startCosmos();
            }
            return backends;
        } catch (IOException | RuntimeException e) {
            backends.close();
            throw e;
        }
    }

    @Override
    public BackendSettings settings() {
        return new BackendSettings(settings);
    }

    @Override
    public synchronized void inject(Fault fault) throws IOException {
        DockerClient docker = DockerClientFactory.lazyClient(); // shared; not ours to close
        try {
            switch (fault) {
                case REDIS_PAUSE -> docker.pauseContainerCmd(id(redis)).exec();
                case REDIS_RESUME -> docker.unpauseContainerCmd(id(redis)).exec();
                case REDIS_KILL -> docker.killContainerCmd(id(redis)).exec();
                case REDIS_RESTART -> docker.startContainerCmd(id(redis)).exec();
                case KAFKA_STOP -> docker.stopContainerCmd(id(kafka)).exec();
                case KAFKA_RESTART -> docker.startContainerCmd(id(kafka)).exec();
                case COSMOS_THROTTLE, COSMOS_RELEASE ->
                    throw new IOException(
                            "The emulator does not throttle on demand. Use -Dtollgate.backends=embedded for this test.");
            }
        } catch (DockerException e) {
            throw new IOException("Docker refuses " + fault + ".", e);
        }
    }

    /** Containers do not count. */
    @Override
    public Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    public synchronized void close() throws IOException {
        for (GenericContainer<?> container : new GenericContainer<?>[] {cosmos, kafka, redis}) {
            if (container != null) {
                container.stop();
            }
        }
        if (trustStore != null) {
            Files.deleteIfExists(trustStore);
        }
    }

    private void startRedis() throws IOException {
        int port = FreePort.pick();
        GenericContainer<?> container = new GenericContainer<>(image("redis", "redis:7", "redis"));
        container.setPortBindings(List.of(port + ":" + REDIS_PORT)); // the same one after a restart
        container.withExposedPorts(REDIS_PORT).waitingFor(Wait.forLogMessage(".*Ready to accept connections.*", 1));
        redis = container;
        container.start();
        settings.put(BackendSettings.REDIS_URI, "redis://" + container.getHost() + ":" + port);
    }

    private void startKafka(Map<String, Integer> topics) throws IOException {
        KafkaContainer container = new KafkaContainer(image("kafka", "apache/kafka:4.1.0", "apache/kafka"));
        container.setPortBindings(List.of(FreePort.pick() + ":9092"));
        container.withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
        kafka = container;
        container.start();
        String servers = container.getBootstrapServers();
        settings.put(BackendSettings.KAFKA + "bootstrap.servers", servers);
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", servers))) {
            List<NewTopic> wanted = topics.entrySet().stream()
                    .map(topic -> new NewTopic(topic.getKey(), topic.getValue(), (short) 1))
                    .toList();
            admin.createTopics(wanted).all().get(ADMIN_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("Cannot create the topics " + topics.keySet() + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while creating topics.", e);
        }
    }

    private void startCosmos() throws IOException {
        String name = "mcr.microsoft.com/cosmosdb/linux/azure-cosmos-emulator";
        GenericContainer<?> container =
                new GenericContainer<>(image("cosmos", name + ":vnext-preview", name)).withExposedPorts(COSMOS_PORT);
        container.withCommand("--protocol", "https").waitingFor(Wait.forListeningPort());
        cosmos = container;
        container.start();
        int port = container.getMappedPort(COSMOS_PORT);
        trustStore = ServerCertificate.trustStoreOf(container.getHost(), port);
        settings.put(BackendSettings.COSMOS_ENDPOINT, "https://localhost:" + port + "/");
        settings.put(BackendSettings.COSMOS_KEY, EMULATOR_KEY);
        settings.put(BackendSettings.COSMOS_DATABASE, DATABASE);
        settings.put(BackendSettings.TRUST_STORE, trustStore.toString());
        settings.put(BackendSettings.TRUST_STORE_PASSWORD, ServerCertificate.PASSWORD);
        settings().trustStoreProperties().forEach(System::setProperty);
        try (CosmosClient client = new CosmosClientBuilder()
                .endpoint(settings().cosmosEndpoint())
                .key(EMULATOR_KEY)
                .gatewayMode()
                .endpointDiscoveryEnabled(false)
                .buildClient()) {
            client.createDatabaseIfNotExists(DATABASE);
            client.getDatabase(DATABASE).createContainerIfNotExists("account_card_reference", "/cardId");
            client.getDatabase(DATABASE).createContainerIfNotExists("fraud_outcomes", "/transactionId");
        }
    }

    private static DockerImageName image(String property, String name, String substituted) {
        return DockerImageName.parse(System.getProperty("tollgate.image." + property, name))
                .asCompatibleSubstituteFor(substituted);
    }

    private static String id(@Nullable GenericContainer<?> container) {
        if (container == null) {
            throw new IllegalStateException("These backends do not have that service. Ask for it in BackendOptions.");
        }
        return container.getContainerId();
    }
}
