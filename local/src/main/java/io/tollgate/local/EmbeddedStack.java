package io.tollgate.local;

import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.backends.Backends;
import io.tollgate.local.backends.Fault;
import io.tollgate.local.backends.Service;
import io.tollgate.local.cosmos.CosmosStandIn;
import io.tollgate.local.kafka.EmbeddedKafka;
import io.tollgate.local.kafka.KafkaOptions;
import io.tollgate.local.kafka.KafkaOptions.EventHubsAccess;
import io.tollgate.local.net.LocalCertificate;
import io.tollgate.local.redis.EmbeddedRedis;
import io.tollgate.local.redis.EmbeddedRedisCluster;
import io.tollgate.local.redis.RedisOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Redis, Kafka and the Cosmos DB stand-in on this machine, started side by side: the backends of a demo and of the
 * integration tests.
 */
public final class EmbeddedStack implements Backends {
    /** Holds the two containers of the design. */
    private static final String DATABASE = "tollgate";

    private final BackendOptions options;
    private final Path scratch;
    private final String password = UUID.randomUUID().toString();
    private volatile @Nullable LocalCertificate certificate;
    private volatile @Nullable EmbeddedRedis redis;
    private volatile @Nullable EmbeddedRedisCluster redisCluster;
    private volatile @Nullable EmbeddedKafka kafka;
    private volatile @Nullable CosmosStandIn cosmos;

    private EmbeddedStack(BackendOptions options) throws IOException {
        this.options = options;
        this.scratch = Files.createTempDirectory("tollgate-stack-");
    }

    /**
     * Starts what the options ask for and returns when all of it can be used.
     *
     * @throws IOException when one of them does not start; the others are stopped
     */
    public static EmbeddedStack start(BackendOptions options) throws IOException {
        EmbeddedStack stack = new EmbeddedStack(options);
        try {
            stack.startServices();
            return stack;
        } catch (IOException | RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    @Override
    public BackendSettings settings() {
        Map<String, String> values = new HashMap<>();
        if (redis != null) {
            values.put(BackendSettings.REDIS_URI, redis.uri());
            List<EmbeddedRedis> nodes = redisCluster == null ? List.of(redis) : redisCluster.nodes();
            values.put(
                    BackendSettings.REDIS_NODES,
                    nodes.stream().map(EmbeddedRedis::uri).collect(Collectors.joining(",")));
        }
        if (kafka != null) {
            kafka.clientProperties().forEach((name, value) -> values.put(BackendSettings.KAFKA + name, value));
        }
        if (cosmos != null) {
            values.put(BackendSettings.COSMOS_ENDPOINT, cosmos.endpoint());
            values.put(BackendSettings.COSMOS_KEY, cosmos.key());
            values.put(BackendSettings.COSMOS_DATABASE, DATABASE);
        }
        if (certificate != null) {
            values.put(BackendSettings.TRUST_STORE, certificate.trustStore().toString());
            values.put(BackendSettings.TRUST_STORE_PASSWORD, certificate.password());
        }
        return new BackendSettings(values);
    }

    @Override
    public synchronized void inject(Fault fault) throws IOException {
        switch (fault) {
            case REDIS_PAUSE -> redis().pause();
            case REDIS_RESUME -> redis().resume();
            case REDIS_KILL -> redis().kill();
            case REDIS_RESTART -> redis().restart();
            case KAFKA_STOP -> kafka().stop();
            case KAFKA_RESTART -> kafka().restart();
            case COSMOS_THROTTLE -> cosmos().throttle(Integer.MAX_VALUE);
            case COSMOS_RELEASE -> cosmos().throttle(0);
        }
    }

    /** @throws IllegalStateException when the options did not ask for Redis */
    public EmbeddedRedis redis() {
        return present(redis, Service.REDIS);
    }

    /** @throws IllegalStateException when the options did not ask for Kafka */
    public EmbeddedKafka kafka() {
        return present(kafka, Service.KAFKA);
    }

    /** @throws IllegalStateException when the options did not ask for Cosmos DB */
    public CosmosStandIn cosmos() {
        return present(cosmos, Service.COSMOS);
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> counters = new HashMap<>();
        if (cosmos != null) {
            cosmos.requests().forEach((operation, count) -> counters.put("cosmos." + operation, count));
        }
        return counters;
    }

    @Override
    public synchronized void close() throws IOException {
        if (cosmos != null) {
            cosmos.close();
        }
        if (kafka != null) {
            kafka.close();
        }
        if (redisCluster != null) {
            redisCluster.close();
        } else if (redis != null) {
            redis.close();
        }
        Utils.delete(scratch.toFile());
    }

    private void startServices() throws IOException {
        List<Callable<Object>> starts = new ArrayList<>();
        if (options.services().contains(Service.KAFKA)) {
            starts.add(this::startKafka);
        }
        if (options.services().contains(Service.REDIS)) {
            starts.add(this::startRedis);
        }
        if (options.services().contains(Service.COSMOS)) {
            starts.add(this::startCosmos);
        }
        ExecutorService starters = Executors.newFixedThreadPool(Service.values().length);
        try {
            for (Future<Object> each : starters.invokeAll(starts)) { // returns when the last has ended
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("The embedded stack did not start: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the embedded stack started.", e);
        } finally {
            starters.shutdown();
        }
    }

    private EmbeddedRedis startRedis() throws IOException {
        if (options.redisNodes() > 1) {
            EmbeddedRedisCluster started = EmbeddedRedisCluster.start(options.redisNodes());
            redisCluster = started;
            redis = started.nodes().get(0);
            return started.nodes().get(0);
        }
        EmbeddedRedis started = EmbeddedRedis.start(RedisOptions.defaults()
                .withCluster(options.redisNodes() == 1)
                .withTls(options.secured() ? certificate() : null)
                .withPassword(options.secured() ? password : null)
                .withDataDir(dataDir("redis")));
        redis = started;
        return started;
    }

    private EmbeddedKafka startKafka() throws IOException {
        String connectionString = "Endpoint=sb://localhost/;SharedAccessKeyName=local;SharedAccessKey=" + password;
        EmbeddedKafka started = EmbeddedKafka.start(KafkaOptions.withTopics(options.topics())
                .withEventHubs(options.secured() ? new EventHubsAccess(certificate(), connectionString) : null)
                .withDataDir(dataDir("kafka")));
        kafka = started;
        return started;
    }

    private CosmosStandIn startCosmos() throws IOException {
        CosmosStandIn started = CosmosStandIn.start(certificate(), dataDir("cosmos"), Clock.systemUTC());
        cosmos = started;
        started.createContainer(DATABASE, "account_card_reference", "/cardId");
        started.createContainer(DATABASE, "fraud_outcomes", "/transactionId");
        return started;
    }

    /** Made by the first who asks; the others wait for it. */
    private synchronized LocalCertificate certificate() throws IOException {
        LocalCertificate made = certificate;
        if (made == null) {
            made = LocalCertificate.create(scratch.resolve("tls"));
            certificate = made;
        }
        return made;
    }

    private @Nullable Path dataDir(String service) {
        return options.dataDir() == null ? null : options.dataDir().resolve(service);
    }

    private static <T> T present(@Nullable T started, Service service) {
        if (started == null) {
            throw new IllegalStateException("This stack has no " + service + ". Ask for it in BackendOptions.");
        }
        return started;
    }
}
