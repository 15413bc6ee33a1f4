package io.tollgate.pipeline.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.cosmos.CosmosClient;
import com.azure.cosmos.CosmosClientBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Fault;
import io.tollgate.local.backends.Service;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.status.StatusFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wishes from the hub to the real SDK's point reads and back: a fleet of two loaders, the hub's messages as the service
 * writes them. Each test has a topic of its own.
 */
@Timeout(120)
class ReferenceLoaderIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "secret of the integration tests";
    private static final String DATABASE = "references";
    private static final Duration LIMIT = Duration.ofSeconds(45);

    private static BackendsProcess backends;
    private static CosmosClient cosmos;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        backends = BackendsProcess.start(
                BackendOptions.only(Service.KAFKA, Service.COSMOS).withTopics(Map.of("burst", 4, "throttled", 1)));
        BackendSettings settings = backends.settings();
        settings.trustStoreProperties().forEach(System::setProperty);
        cosmos = new CosmosClientBuilder()
                .endpoint(settings.cosmosEndpoint())
                .key(settings.cosmosKey())
                .gatewayMode()
                .endpointDiscoveryEnabled(false)
                .contentResponseOnWriteEnabled(true)
                .buildClient();
        cosmos.createDatabaseIfNotExists(DATABASE);
        cosmos.getDatabase(DATABASE).createContainerIfNotExists(FeedContainer.ACCOUNT_CARD_REFERENCE.id(), "/cardId");
    }

    @AfterAll
    static void stop() {
        cosmos.close();
        backends.settings().trustStoreProperties().keySet().forEach(System::clearProperty);
        backends.close();
    }

    @Test
    void fleet_readsOnce_whenAThousandPaymentsMissTheSameCard() throws Exception {
        upsert("c-1");
        long before = reads();
        try (Loader a = new Loader("burst", "a");
                Loader b = new Loader("burst", "b")) {
            awaitSum(4, List.of(a, b), status -> status.path("partitions").asLong());
            payAtOnce("burst", "c-1", 1_000, 8);
            payAtOnce("burst", "c-nobody", 200, 8);
            awaitSum(1_200, List.of(a, b), status -> status.path("wishes").asLong());

            assertThat(reads() - before)
                    .as("reads of Cosmos DB, one for each card")
                    .isEqualTo(2);
            assertThat(references("burst")).containsExactly("r:c-1:1793491200000");
            assertThat(sum(List.of(a, b), status -> status.path("unknown").asLong()))
                    .isEqualTo(1);
        }
    }

    @Test
    void loader_waitsAndLoads_whenCosmosIsThrottledForAWhile() throws Exception {
        upsert("c-2");
        backends.inject(Fault.COSMOS_THROTTLE);
        try (Loader loader = new Loader("throttled", "a")) {
            awaitSum(1, List.of(loader), status -> status.path("partitions").asLong());
            payAtOnce("throttled", "c-2", 10, 2);
            awaitSum(1, List.of(loader), status -> status.path("throttled").asLong());
            assertThat(references("throttled")).isEmpty();
            backends.inject(Fault.COSMOS_RELEASE);
            awaitSum(1, List.of(loader), status -> status.path("loaded").asLong());

            assertThat(references("throttled")).containsExactly("r:c-2:1793491200000");
        } finally {
            backends.inject(Fault.COSMOS_RELEASE);
        }
    }

    private static void upsert(String card) {
        cosmos.getDatabase(DATABASE)
                .getContainer(FeedContainer.ACCOUNT_CARD_REFERENCE.id())
                .upsertItem(FeedDocuments.reference(card, "2026-11-01T00:00:00Z"));
    }

    private static long reads() throws IOException {
        return backends.counters().getOrDefault("cosmos.POINT_READ", 0L);
    }

    private static HubTarget hub(String topic) {
        Map<String, String> client = new HashMap<>(backends.settings().kafkaProperties());
        String bootstrap = Objects.requireNonNull(client.remove("bootstrap.servers"));
        return new HubTarget(bootstrap, topic, client);
    }

    /** Messages of decided payments that nothing was known for, from several replicas at the same time. */
    private static void payAtOnce(String topic, String card, int payments, int replicas) throws Exception {
        CyclicBarrier together = new CyclicBarrier(replicas);
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int replica = 0; replica < replicas; replica++) {
            String prefix = card + "-" + replica + "-";
            sent.add(CompletableFuture.runAsync(
                    () -> pay(topic, card, prefix, payments / replicas, together),
                    task -> new Thread(task, prefix).start()));
        }
        for (CompletableFuture<Void> each : sent) {
            each.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void pay(String topic, String card, String prefix, int payments, CyclicBarrier together) {
        Map<String, Object> client = new HashMap<>(backends.settings().kafkaProperties());
        client.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        client.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        byte[] key = IdHasher.of(SECRET).idHash(EntityType.CARD, card).getBytes(StandardCharsets.US_ASCII);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(client)) {
            together.await();
            for (int i = 0; i < payments; i++) {
                String message = FeedDocuments.payment(prefix + i, card, "MISS", "NEW_ENTITY");
                var unused = producer.send(new ProducerRecord<>(topic, key, message.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError("the replicas did not come together", e);
        }
    }

    /** The ids of the reference events in the hub. */
    private static List<String> references(String topic) throws IOException {
        Map<String, Object> client = new HashMap<>(backends.settings().kafkaProperties());
        client.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        client.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        List<String> ids = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (end.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
                for (var message : consumer.poll(Duration.ofMillis(100))) {
                    JsonNode event = JSON.readTree(message.value());
                    if (event.path("type").asText().equals("reference")) {
                        ids.add(event.path("eventId").asText());
                    }
                }
            }
        }
        return ids;
    }

    private void awaitSum(long least, List<Loader> fleet, ToLongFunction<JsonNode> number)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (sum(fleet, number) < least) {
            assertThat(System.nanoTime()).as("sum of %s", least).isLessThan(deadline);
            for (Loader loader : fleet) {
                assertThat(loader.ended).as("a loader").isNotDone();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static long sum(List<Loader> fleet, ToLongFunction<JsonNode> number) throws IOException {
        long sum = 0;
        for (Loader loader : fleet) {
            sum += number.applyAsLong(loader.status());
        }
        return sum;
    }

    /** One process of the fleet, on a thread. */
    private final class Loader implements AutoCloseable {
        private final Path statusFile;
        private final StopSignal stop = new StopSignal();
        private final CompletableFuture<Void> ended;

        Loader(String topic, String name) {
            statusFile = directory.resolve(name + "-status.json");
            BackendSettings settings = backends.settings();
            CosmosSource source = new CosmosSource(
                    URI.create(settings.cosmosEndpoint()),
                    settings.cosmosKey(),
                    DATABASE,
                    CosmosSource.Mode.GATEWAY,
                    false);
            ended = CompletableFuture.runAsync(() -> run(topic, source), task -> new Thread(task, name).start());
        }

        private void run(String topic, CosmosSource source) {
            Clock clock = Clock.systemUTC();
            FeatureEngine engine = FeatureEngine.compile(FeatureSets.fraudV3(), IdHasher.of(SECRET));
            try (var client = source.open();
                    HubWriter writer = new HubWriter(hub(topic));
                    WishReader wishes = new WishReader(hub(topic), clock)) {
                new ReferenceLoader(
                                new ReferenceSource(client.getDatabase(DATABASE)
                                        .getContainer(FeedContainer.ACCOUNT_CARD_REFERENCE.id())),
                                new EventTranslator(
                                        IdHasher.of(SECRET),
                                        new EventParser(EventRules.DEFAULT, engine, EventParser.Detail.EVENT),
                                        clock),
                                writer,
                                new RecentLoads(clock, 100),
                                new Backoff(new SplittableRandom()),
                                new StatusFile(statusFile, clock))
                        .run(wishes, stop);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        JsonNode status() throws IOException {
            try {
                return JSON.readTree(Files.readAllBytes(statusFile)).path("reference_loads");
            } catch (NoSuchFileException e) {
                return JSON.createObjectNode();
            }
        }

        @Override
        public void close() throws ExecutionException, TimeoutException {
            stop.give();
            try {
                ended.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while the loader was stopped", e);
            }
        }
    }
}
