package io.tollgate.pipeline.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.cosmos.CosmosClient;
import com.azure.cosmos.CosmosClientBuilder;
import com.azure.cosmos.CosmosContainer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendSettings;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Fault;
import io.tollgate.local.backends.Service;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The feed between the real SDK's change feed and a real broker. Each test has a database and a topic of its own. */
@Timeout(180)
class FeedIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "secret of the integration tests";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> TESTS = List.of("arrival", "restart", "throttle", "invalid", "outage", "none");

    private static BackendsProcess backends;
    private static CosmosClient cosmos;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        Map<String, Integer> topics = new HashMap<>();
        TESTS.forEach(test -> topics.put(test, 2));
        backends = BackendsProcess.start(
                BackendOptions.only(Service.KAFKA, Service.COSMOS).withTopics(topics));
        BackendSettings settings = backends.settings();
        settings.trustStoreProperties().forEach(System::setProperty);
        cosmos = new CosmosClientBuilder()
                .endpoint(settings.cosmosEndpoint())
                .key(settings.cosmosKey())
                .gatewayMode()
                .endpointDiscoveryEnabled(false)
                .contentResponseOnWriteEnabled(true)
                .buildClient();
    }

    @AfterAll
    static void stop() {
        cosmos.close();
        backends.settings().trustStoreProperties().keySet().forEach(System::clearProperty);
        backends.close();
    }

    @Test
    void documents_arriveAsEvents_whenTheyAreWrittenBeforeAndAfterTheStart() throws Exception {
        Containers containers = new Containers("arrival");
        containers.references().upsertItem(FeedDocuments.reference("c-1", "2026-11-01T00:00:00Z"));
        containers.outcomes().upsertItem(FeedDocuments.outcome("tx-1", "c-1"));

        try (RunningFeed feed = new RunningFeed("arrival")) {
            feed.events(2);
            containers.references().upsertItem(FeedDocuments.reference("c-1", "2026-11-02T00:00:00Z"));
            containers.outcomes().upsertItem(FeedDocuments.outcome("tx-2", "c-2"));
            List<ConsumerRecord<byte[], byte[]>> records = feed.events(4);

            assertThat(records)
                    .extracting(FeedIT::eventId)
                    .containsExactlyInAnyOrder("r:c-1:1793491200000", "r:c-1:1793577600000", "o:tx-1", "o:tx-2");
            assertThat(records).allSatisfy(message -> {
                FeatureEvent event = accepted(message);
                String card = event instanceof FeatureEvent.Reference reference
                        ? reference.card().value()
                        : ((FeatureEvent.Outcome) event).card().value();
                assertThat(text(message.key())).isEqualTo(IdHasher.of(SECRET).idHash(EntityType.CARD, card));
                assertThat(text(message.headers().lastHeader("ce_id").value())).isEqualTo(event.eventId());
            });
            JsonNode idle = feed.status(
                    FeedContainer.FRAUD_OUTCOMES,
                    status -> status.path("state").asText().equals("idle")
                            && status.path("documents").asLong() == 2);
            assertThat(idle.path("lagMs").asLong()).isZero();
            assertThat(idle.path("invalid").asLong()).isZero();
            assertThat(idle.path("requestUnits").asDouble()).isPositive();
        }
    }

    @Test
    void restart_goesOnWhereTheLastRunGotTo() throws Exception {
        Containers containers = new Containers("restart");
        for (int i = 0; i < 25; i++) {
            containers.references().upsertItem(FeedDocuments.reference("c-" + i, "2026-11-01T00:00:00Z"));
        }
        try (RunningFeed feed = new RunningFeed("restart")) {
            feed.events(25);
            feed.status(
                    FeedContainer.ACCOUNT_CARD_REFERENCE,
                    status -> status.path("documents").asLong() == 25);
        }

        containers.references().upsertItem(FeedDocuments.reference("c-3", "2026-11-05T00:00:00Z"));
        try (RunningFeed feed = new RunningFeed("restart")) {
            List<ConsumerRecord<byte[], byte[]>> records = feed.events(26);
            JsonNode idle = feed.status(
                    FeedContainer.ACCOUNT_CARD_REFERENCE,
                    status -> status.path("state").asText().equals("idle"));

            assertThat(records).extracting(FeedIT::eventId).doesNotHaveDuplicates();
            assertThat(idle.path("documents").asLong()).isEqualTo(1);
            assertThat(feed.endOffsets()).isEqualTo(26);
        }
    }

    @Test
    void container_isReadFromItsBeginning_whenItWasMadeAnew() throws Exception {
        Containers containers = new Containers("none");
        containers.outcomes().upsertItem(FeedDocuments.outcome("tx-1", "c-1"));
        try (RunningFeed feed = new RunningFeed("none")) {
            feed.events(1);
            feed.status(
                    FeedContainer.FRAUD_OUTCOMES,
                    status -> status.path("documents").asLong() == 1);
        }
        Path kept = directory.resolve("feed").resolve("fraud_outcomes.json");
        ObjectNode root = (ObjectNode) JSON.readTree(Files.readAllBytes(kept));
        Files.write(kept, JSON.writeValueAsBytes(root.put("container", "another")));

        try (RunningFeed feed = new RunningFeed("none")) {
            assertThat(feed.events(2)).extracting(FeedIT::eventId).containsExactly("o:tx-1", "o:tx-1");
        }
    }

    @Test
    void throttling_isSurvivedAndTold() throws Exception {
        Containers containers = new Containers("throttle");
        try (RunningFeed feed = new RunningFeed("throttle")) {
            containers.outcomes().upsertItem(FeedDocuments.outcome("tx-1", "c-1"));
            feed.events(1);

            backends.inject(Fault.COSMOS_THROTTLE);
            try {
                JsonNode status = feed.status(
                        FeedContainer.FRAUD_OUTCOMES,
                        each -> each.path("throttled").asLong() > 0);
                assertThat(status.path("lastFailure").asText()).contains("429");
            } finally {
                backends.inject(Fault.COSMOS_RELEASE);
            }
            containers.outcomes().upsertItem(FeedDocuments.outcome("tx-2", "c-1"));

            assertThat(feed.events(2)).extracting(FeedIT::eventId).containsExactlyInAnyOrder("o:tx-1", "o:tx-2");
            feed.status(
                    FeedContainer.FRAUD_OUTCOMES,
                    each -> each.path("lastFailure").isNull());
        }
    }

    @Test
    void events_arrive_whenTheHubWasAway() throws Exception {
        Containers containers = new Containers("outage");
        try (RunningFeed feed = new RunningFeed("outage")) {
            containers.outcomes().upsertItem(FeedDocuments.outcome("tx-1", "c-1"));
            feed.events(1);

            backends.inject(Fault.KAFKA_STOP);
            try {
                containers.outcomes().upsertItem(FeedDocuments.outcome("tx-2", "c-1"));
                feed.status(
                        FeedContainer.FRAUD_OUTCOMES,
                        each -> each.path("failures").asLong() > 0);
            } finally {
                backends.inject(Fault.KAFKA_RESTART);
            }

            assertThat(feed.events(2)).extracting(FeedIT::eventId).contains("o:tx-1", "o:tx-2");
        }
    }

    @Test
    void invalidDocument_reachesTheHubForTheQuarantine_andIsCounted() throws Exception {
        Containers containers = new Containers("invalid");
        containers.outcomes().upsertItem(FeedDocuments.outcome("tx-1", "c-1"));
        containers.outcomes().upsertItem(FeedDocuments.outcome("tx-2", "c-1").put("knownAt", "yesterday"));

        try (RunningFeed feed = new RunningFeed("invalid")) {
            List<ConsumerRecord<byte[], byte[]>> records = feed.events(2);
            JsonNode status = feed.status(
                    FeedContainer.FRAUD_OUTCOMES, each -> each.path("documents").asLong() == 2);

            assertThat(records)
                    .filteredOn(message -> judge(message) instanceof ParsedEvent.Rejected)
                    .extracting(FeedIT::eventId)
                    .containsExactly("o:tx-2");
            assertThat(status.path("invalid").asLong()).isEqualTo(1);
            assertThat(status.path("lastInvalid").asText()).startsWith("knownAt");
        }
    }

    @Test
    void feed_endsWithARemedy_whenTheContainersAreMissing() {
        assertThatThrownBy(() -> job("no-such-database", "none", directory).run())
                .isInstanceOf(FeedException.class)
                .hasMessageContaining("create it, or correct TOLLGATE_COSMOS_DATABASE");
    }

    /** A database with the two containers. */
    private record Containers(CosmosContainer references, CosmosContainer outcomes) {
        Containers(String database) {
            this(
                    container(database, "account_card_reference", "/cardId"),
                    container(database, "fraud_outcomes", "/transactionId"));
        }

        private static CosmosContainer container(String database, String id, String partitionKey) {
            cosmos.createDatabaseIfNotExists(database);
            cosmos.getDatabase(database).createContainerIfNotExists(id, partitionKey);
            return cosmos.getDatabase(database).getContainer(id);
        }
    }

    private static FeedJob job(String database, String topic, Path directory) {
        BackendSettings settings = backends.settings();
        Map<String, String> client = new HashMap<>(settings.kafkaProperties());
        String bootstrap = Objects.requireNonNull(client.remove("bootstrap.servers"));
        return new FeedJob(
                new FeedSettings(
                        new CosmosSource(
                                URI.create(settings.cosmosEndpoint()),
                                settings.cosmosKey(),
                                database,
                                CosmosSource.Mode.GATEWAY,
                                false),
                        new HubTarget(bootstrap, topic, client),
                        new EngineSource("fraud-v3", SECRET),
                        directory.resolve("feed"),
                        directory.resolve("feed-status.json"),
                        10,
                        Duration.ofMillis(20),
                        0),
                Clock.systemUTC());
    }

    /** A feed on a thread, and what an onlooker sees of it. */
    private final class RunningFeed implements AutoCloseable {
        private final FeedJob job;
        private final CompletableFuture<Void> ended;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final List<TopicPartition> partitions;
        private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();

        RunningFeed(String name) throws IOException {
            Files.deleteIfExists(directory.resolve("feed-status.json"));
            job = job(name, name, directory);
            ended = CompletableFuture.runAsync(() -> {
                try {
                    job.run();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Map<String, Object> client = new HashMap<>(backends.settings().kafkaProperties());
            client.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
            client.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
            consumer = new KafkaConsumer<>(client);
            partitions = consumer.partitionsFor(name).stream()
                    .map(info -> new TopicPartition(name, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }

        /** All events, once there are so many. */
        List<ConsumerRecord<byte[], byte[]>> events(int count) {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (seen.size() < count) {
                assertThat(System.nanoTime())
                        .as("%s of %s events", seen.size(), count)
                        .isLessThan(deadline);
                assertThat(ended).as("the feed").isNotDone();
                consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
            }
            return List.copyOf(seen);
        }

        long endOffsets() {
            return consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }

        /** The status of a container, once it is so. */
        JsonNode status(FeedContainer container, Predicate<JsonNode> condition)
                throws IOException, InterruptedException, ExecutionException {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            JsonNode status = MissingNode.getInstance();
            while (!condition.test(status)) {
                assertThat(System.nanoTime()).as("status %s", status).isLessThan(deadline);
                try {
                    ended.get(20, TimeUnit.MILLISECONDS); // a feed that ends tells why
                } catch (TimeoutException e) {
                    status = read(container);
                }
            }
            return status;
        }

        private JsonNode read(FeedContainer container) throws IOException {
            try {
                return JSON.readTree(Files.readAllBytes(directory.resolve("feed-status.json")))
                        .path(container.id());
            } catch (NoSuchFileException e) {
                return MissingNode.getInstance();
            }
        }

        @Override
        public void close() throws ExecutionException, TimeoutException {
            try {
                job.stop();
                consumer.close();
                ended.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while the feed was stopped", e);
            }
        }
    }

    private static String eventId(ConsumerRecord<byte[], byte[]> message) {
        try {
            return JSON.readTree(message.value()).path("eventId").asText();
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text(message.value()), e);
        }
    }

    private static FeatureEvent accepted(ConsumerRecord<byte[], byte[]> message) {
        ParsedEvent parsed = judge(message);
        assertThat(parsed).isInstanceOf(ParsedEvent.Accepted.class);
        return ((ParsedEvent.Accepted) parsed).event();
    }

    private static ParsedEvent judge(ConsumerRecord<byte[], byte[]> message) {
        FeatureEngine engine = FeatureEngine.compile(FeatureSets.fraudV3(), IdHasher.of(SECRET));
        return new EventParser(EventRules.DEFAULT, engine, EventParser.Detail.EVENT)
                .parse(message.value(), message.timestamp());
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
