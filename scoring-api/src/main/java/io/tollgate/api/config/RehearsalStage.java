package io.tollgate.api.config;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tollgate.api.decision.Budget;
import io.tollgate.api.decision.ConcurrencyLimit;
import io.tollgate.api.decision.DecisionFlow;
import io.tollgate.api.decision.ReasonWorkers;
import io.tollgate.api.http.Stage;
import io.tollgate.api.http.WarmUp;
import io.tollgate.api.metrics.DecisionFeed;
import io.tollgate.api.metrics.DecisionMetrics;
import io.tollgate.api.metrics.RequestMetrics;
import io.tollgate.api.metrics.Timeline;
import io.tollgate.api.outbox.EventPublisher;
import io.tollgate.api.outbox.Outbox;
import io.tollgate.api.outbox.OutboxRecord;
import io.tollgate.api.outbox.OutboxSender;
import io.tollgate.api.outbox.OutboxSettings;
import io.tollgate.api.security.Authenticator;
import io.tollgate.api.security.ClientRates;
import io.tollgate.api.sets.LoadedSets;
import io.tollgate.api.store.LoopRedis;
import io.tollgate.api.store.RedisBreaker;
import io.tollgate.api.store.RedisClaims;
import io.tollgate.api.store.RedisCommands;
import io.tollgate.api.store.RedisConnection;
import io.tollgate.features.Published;
import io.tollgate.features.key.IdHasher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What rehearsed payments are decided with: the same feature set, model, policy, Redis and classes as real ones, and, in
 * place of what would last, an outbox of its own that is shipped to nobody, meters that nobody reads, claims and tails
 * that Redis forgets at once. Closed when the service becomes ready.
 */
final class RehearsalStage implements WarmUp.Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(RehearsalStage.class);

    /** Long enough for a card's next payment, and for a record to be stored; a few payments of each card at once. */
    private static final Duration BRIEFLY = Duration.ofMillis(250);

    /** As brief: of the ten minutes that are usual. No branch and no class of its own, so that it is the code of payments. */
    private static final long SHARE_OF_LATENESS = 2_400;

    /** Cold code is late, and what is late takes other ways than those that shall be warm. */
    private static final Duration UNHURRIED = Duration.ofSeconds(1);

    /** Of a month's past of the rehearsal's cards and merchants. */
    private static final Duration TOWN = Duration.ofMinutes(1);

    private static final Duration REDIS_PATIENCE = Duration.ofSeconds(1);

    /** Commands of one connection that wait for their replies: a quarter of its bound. */
    private static final int AT_ONCE = 256;

    /** The least; some of its decisions are forgotten sooner than others, as later in service. */
    private static final int MEMORY = 1 << 20;

    private static final int SEGMENT = 1 << 20;
    private static final int SEGMENTS = 4;
    private static final int KEY_BYTES = 16;

    private final Stage stage;
    private final String key;
    private final LoopRedis redis;
    private final Path directory;
    private final Outbox outbox;
    private final OutboxSender sender;

    /**
     * @throws IOException when the outbox cannot be made
     */
    RehearsalStage(
            Settings settings,
            Authenticator authenticator,
            LoadedSets sets,
            LoopRedis redis,
            RedisCommands commands,
            RedisBreaker breaker,
            ReasonWorkers workers,
            IdHasher hasher,
            Clock clock)
            throws IOException {
        this.redis = redis;
        // Beside this process's own, which nobody shares, and on a disk that takes outboxes.
        Path own = settings.outbox().directory().toAbsolutePath();
        this.directory = own.resolveSibling(own.getFileName() + "-rehearsal");
        deleteAll();
        OutboxSettings small = new OutboxSettings(
                directory,
                SEGMENT,
                (long) SEGMENTS * SEGMENT,
                Duration.ofMinutes(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                OutboxSettings.AtBound.KEEP_DECIDING);
        this.outbox = Outbox.open(small, clock);
        this.sender = new OutboxSender(outbox, new Nowhere(), small, Wiring.OUTBOX_POLL, Wiring.daemon("rehearsal"));
        sender.start();
        MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        RequestMetrics requests = new RequestMetrics(registry);
        DecisionMetrics decisions = new DecisionMetrics(registry);
        Budget budget = new Budget(
                UNHURRIED.multipliedBy(3), UNHURRIED.multipliedBy(3), UNHURRIED, UNHURRIED, UNHURRIED, UNHURRIED);
        DecisionFlow flow = new DecisionFlow(
                sets,
                new RedisClaims(commands, breaker, BRIEFLY, MEMORY, requests),
                outbox,
                new ConcurrencyLimit(
                        settings.limits().minConcurrency(), settings.limits().maxConcurrency()),
                budget,
                workers,
                hasher,
                Wiring.listeners(
                        decisions,
                        new Timeline(clock, () -> 0, outbox::depth),
                        new DecisionFeed(),
                        Wiring.tails(sets, redis, SHARE_OF_LATENESS, requests),
                        Wiring.NOTHING),
                clock,
                new SecureRandom().nextLong());
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        this.key = HexFormat.of().formatHex(random);
        this.stage = new Stage(
                authenticator.lettingIn(key), new ClientRates(0, 1, System::nanoTime), sets, flow, budget, requests);
    }

    @Override
    public Stage stage() {
        return stage;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public void furnish(List<Published> blobs) {
        RedisConnection connection = redis.connection();
        if (connection == null) {
            return;
        }
        try {
            for (int from = 0; from < blobs.size(); from += AT_ONCE) {
                write(connection, blobs.subList(from, Math.min(blobs.size(), from + AT_ONCE)));
            }
        } catch (CompletionException e) {
            LOG.warn("warm-up without features: redis did not take them: {}", String.valueOf(e.getCause()));
        }
    }

    private static void write(RedisConnection connection, List<Published> blobs) {
        CompletableFuture<?>[] written = blobs.stream()
                .map(blob -> connection
                        .async()
                        .psetex(blob.key(), TOWN.toMillis(), blob.blob())
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(written)
                .orTimeout(REDIS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    @Override
    public void close() {
        sender.close();
        try {
            outbox.close();
            deleteAll();
        } catch (IOException e) {
            LOG.warn("the rehearsal's outbox stays in {} until the next start: {}", directory, e.toString());
        }
    }

    /** Also what a process that was killed in its rehearsal has left. */
    private void deleteAll() throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** A hub that takes everything and keeps nothing. */
    private static final class Nowhere implements EventPublisher {
        @Override
        public void publish(OutboxRecord event, Consumer<@Nullable Exception> done) {
            done.accept(null);
        }

        @Override
        public void close() {}
    }
}
