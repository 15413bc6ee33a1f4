package io.tollgate.local;

import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.backends.Backends;
import io.tollgate.local.backends.Fault;
import io.tollgate.local.backends.Service;
import io.tollgate.local.kafka.EmbeddedKafka;
import io.tollgate.local.kafka.KafkaOptions;
import io.tollgate.local.kafka.KafkaOptions.EventHubsAccess;
import io.tollgate.local.net.LocalCertificate;
import io.tollgate.local.redis.EmbeddedRedis;
import io.tollgate.local.redis.RedisOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Redis, Kafka and the Cosmos DB stand-in on this machine, started side by side: the backends of a demo and of the
 * integration tests.
 */
public final class EmbeddedStack implements Backends {
    private final BackendOptions options;
    private final Path scratch;
    private final String password = UUID.randomUUID().toString();
    private @Nullable LocalCertificate certificate;
    private volatile @Nullable EmbeddedRedis redis;
    private volatile @Nullable EmbeddedKafka kafka;

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
        }
        if (kafka != null) {
            kafka.clientProperties().forEach((name, value) -> values.put(BackendSettings.KAFKA + name, value));
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

    @Override
    public synchronized void close() throws IOException {
        if (kafka != null) {
            kafka.close();
        }
        if (redis != null) {
            redis.close();
        }
        Utils.delete(scratch.toFile());
    }

    private void startServices() throws IOException {
        if (options.secured()) {
            certificate = LocalCertificate.create(scratch.resolve("tls"));
        }
        List<Callable<@Nullable Void>> starts = new ArrayList<>();
        if (options.services().contains(Service.KAFKA)) {
            starts.add(this::startKafka);
        }
        if (options.services().contains(Service.REDIS)) {
            starts.add(this::startRedis);
        }
        ExecutorService starters = Executors.newFixedThreadPool(Service.values().length);
        try {
            for (Future<?> start : starters.invokeAll(starts)) {
                start.get();
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

    private @Nullable Void startRedis() throws IOException {
        redis = EmbeddedRedis.start(RedisOptions.defaults()
                .withCluster(options.redisCluster())
                .withTls(certificate)
                .withPassword(options.secured() ? password : null)
                .withDataDir(dataDir("redis")));
        return null;
    }

    private @Nullable Void startKafka() throws IOException {
        EventHubsAccess access = certificate == null
                ? null
                : new EventHubsAccess(
                        certificate, "Endpoint=sb://localhost/;SharedAccessKeyName=local;SharedAccessKey=" + password);
        kafka = EmbeddedKafka.start(
                KafkaOptions.withTopics(options.topics()).withEventHubs(access).withDataDir(dataDir("kafka")));
        return null;
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
