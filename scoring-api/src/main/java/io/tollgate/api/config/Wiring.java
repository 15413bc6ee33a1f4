package io.tollgate.api.config;

import io.micrometer.core.instrument.MeterRegistry;
import io.tollgate.api.decision.Budget;
import io.tollgate.api.decision.Claims;
import io.tollgate.api.decision.ConcurrencyLimit;
import io.tollgate.api.decision.DecisionFlow;
import io.tollgate.api.decision.DecisionListener;
import io.tollgate.api.decision.Payment;
import io.tollgate.api.decision.ReasonWorkers;
import io.tollgate.api.metrics.DecisionFeed;
import io.tollgate.api.metrics.DecisionMetrics;
import io.tollgate.api.metrics.RequestMetrics;
import io.tollgate.api.metrics.ServiceGauges;
import io.tollgate.api.metrics.Timeline;
import io.tollgate.api.outbox.KafkaPublisher;
import io.tollgate.api.outbox.Outbox;
import io.tollgate.api.outbox.OutboxSender;
import io.tollgate.api.outbox.OutboxSettings;
import io.tollgate.api.policy.ShadowComparison;
import io.tollgate.api.sets.FleetSwitch;
import io.tollgate.api.sets.LoadedSets;
import io.tollgate.api.store.EventLoops;
import io.tollgate.api.store.FleetStore;
import io.tollgate.api.store.LoopRedis;
import io.tollgate.api.store.RedisAccess;
import io.tollgate.api.store.RedisBreaker;
import io.tollgate.api.store.RedisClaims;
import io.tollgate.api.store.RedisCommands;
import io.tollgate.api.store.RedisTails;
import io.tollgate.features.key.IdHasher;
import io.tollgate.model.http.OauthTokens;
import io.tollgate.model.http.TokenIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** How the parts fit together; the HTTP surface is in {@link HttpWiring}. Each bean is made once, in this order. */
@Configuration(proxyBeanMethods = false)
@Import({PolicyWiring.class, HttpWiring.class})
public class Wiring {
    /**
     * How long the sender rests when it has nothing to send. Bounds an event's wait, a third of the publisher's 150 ms (a
     * card's next payment sees it at once by the tail); at a thousand payments a second it makes fifty of them share what
     * a request to the hub costs, which is most of what shipping costs.
     */
    static final Duration OUTBOX_POLL = Duration.ofMillis(50);

    private static final int PROCESSORS_PER_REASON_WORKER = 4;

    /** One for all: another one would be another class to the compiler. */
    static final Consumer<Payment> NOTHING = payment -> {};

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    EventLoops eventLoops(Settings settings) {
        return new EventLoops(settings.eventLoops());
    }

    @Bean(destroyMethod = "close")
    RedisAccess redisAccess(Settings settings, Clock clock) {
        Settings.Redis redis = settings.redis();
        TokenIdentity identity = redis.token().toIdentity();
        return identity == null
                ? RedisAccess.by(redis.uri())
                : RedisAccess.by(
                        redis.uri(), redis.token().user(), new OauthTokens(identity.request(System.getenv()), clock));
    }

    @Bean
    LoopRedis loopRedis(EventLoops loops, Settings settings, RedisAccess access) {
        return new LoopRedis(loops, access, settings.redis().cluster());
    }

    @Bean
    RedisCommands redisCommands(LoopRedis redis) {
        return new RedisCommands(redis);
    }

    @Bean
    RedisBreaker redisBreaker(Budget budget) {
        return new RedisBreaker("redis", budget.fairForRedis());
    }

    @Bean
    IdHasher idHasher(Settings settings) {
        return IdHasher.of(settings.keySecret());
    }

    @Bean
    ConfiguredSets configuredSets(Settings settings) {
        return ConfiguredSets.of(settings.featureSet(), settings.featureSets());
    }

    @Bean
    ServingLoader servingLoader(
            Settings settings,
            ConfiguredSets sets,
            IdHasher hasher,
            LoopRedis redis,
            RedisCommands commands,
            RedisBreaker breaker,
            EventLoops loops,
            DecisionMetrics metrics,
            PolicyWiring.Desks policies,
            Clock clock) {
        return new ServingLoader(
                settings,
                sets.first().id(),
                hasher,
                redis,
                commands,
                breaker,
                loops,
                metrics,
                policies.live(),
                policies.shadow(),
                clock);
    }

    /** A service whose own set cannot be served does not start. */
    @Bean(destroyMethod = "close")
    LoadedSets loadedSets(ServingLoader loader, ConfiguredSets sets) {
        return new LoadedSets(loader.load(sets.first()));
    }

    /** Stopped before the connections that it uses. */
    @Bean(destroyMethod = "close")
    FleetSwitch fleetSwitch(LoadedSets sets, LoopRedis redis, ServingLoader loader, ConfiguredSets configured) {
        FleetSwitch fleet = new FleetSwitch(sets, new FleetStore(redis), loader, configured.all());
        fleet.start();
        return fleet;
    }

    @Bean
    RedisTails redisTails(LoadedSets sets, LoopRedis redis, RequestMetrics metrics) {
        return tails(sets, redis, 1, metrics);
    }

    /**
     * Of service and rehearsal: a lambda has a class for each place that it is written at, and another class at the first
     * payment throws away what the rehearsal had compiled.
     */
    static RedisTails tails(LoadedSets sets, LoopRedis redis, long shareOfLateness, RequestMetrics metrics) {
        return new RedisTails(sets::tailed, redis, shareOfLateness, metrics::tailLost);
    }

    @Bean
    Claims claims(RedisCommands redis, RedisBreaker breaker, Settings settings, RequestMetrics metrics) {
        Settings.Idempotency idempotency = settings.idempotency();
        return new RedisClaims(
                redis, breaker, idempotency.window(), idempotency.memory().toBytes(), metrics);
    }

    @Bean(destroyMethod = "close")
    Outbox outbox(Settings settings, Clock clock) throws IOException {
        return Outbox.open(settings.outbox().toSettings(), clock);
    }

    /** Depends on the outbox and is therefore stopped before it is closed. */
    @Bean(destroyMethod = "close")
    OutboxSender outboxSender(Outbox outbox, Settings settings) throws IOException {
        Settings.Kafka kafka = settings.kafka();
        Path security = kafka.security().isBlank() ? null : Path.of(kafka.security());
        OutboxSettings outboxSettings = settings.outbox().toSettings();
        OutboxSender sender = new OutboxSender(
                outbox,
                new KafkaPublisher(kafka.bootstrap(), kafka.topic(), security),
                outboxSettings,
                OUTBOX_POLL,
                daemon("outbox"));
        sender.start();
        return sender;
    }

    @Bean
    RequestMetrics requestMetrics(MeterRegistry registry) {
        return new RequestMetrics(registry);
    }

    @Bean
    DecisionMetrics decisionMetrics(MeterRegistry registry) {
        return new DecisionMetrics(registry);
    }

    @Bean
    DecisionFeed decisionFeed() {
        return new DecisionFeed();
    }

    @Bean
    ServiceGauges serviceGauges(
            MeterRegistry registry,
            Outbox outbox,
            LoadedSets sets,
            FleetSwitch fleet,
            ConcurrencyLimit limit,
            RedisBreaker redis) {
        return new ServiceGauges(registry, outbox, sets, fleet, limit, redis);
    }

    @Bean
    Timeline timeline(Clock clock, LoadedSets sets, Outbox outbox) {
        return new Timeline(clock, () -> sets.serving().progress().stalenessMs(), outbox::depth);
    }

    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService housekeeping(Timeline timeline) {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(daemon("housekeeping"));
        var unused = executor.scheduleAtFixedRate(timeline::roll, 1, 1, TimeUnit.SECONDS);
        return executor;
    }

    @Bean
    ConcurrencyLimit concurrencyLimit(Settings settings) {
        return new ConcurrencyLimit(
                settings.limits().minConcurrency(), settings.limits().maxConcurrency());
    }

    @Bean
    Budget budget(Settings settings) {
        return settings.budget().toBudget();
    }

    @Bean(destroyMethod = "close")
    ReasonWorkers reasonWorkers(EventLoops loops) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / PROCESSORS_PER_REASON_WORKER);
        return new ReasonWorkers(threads, daemon("reasons"), loops::scheduler);
    }

    @Bean
    DecisionFlow decisionFlow(
            LoadedSets sets,
            Claims claims,
            Outbox outbox,
            ConcurrencyLimit limit,
            Budget budget,
            ReasonWorkers workers,
            IdHasher hasher,
            DecisionMetrics metrics,
            Timeline timeline,
            DecisionFeed feed,
            RedisTails tails,
            PolicyWiring.Desks policies,
            ShadowComparison shadow,
            EventLoops loops,
            Clock clock) {
        // The loop's next task: by then the answer is on its way.
        Consumer<Payment> afterwards = policies.shadow() == null
                ? NOTHING
                : payment -> {
                    var unused = loops.scheduler().schedule(() -> shadow.compare(payment));
                };
        return new DecisionFlow(
                sets,
                claims,
                outbox,
                limit,
                budget,
                workers,
                hasher,
                listeners(metrics, timeline, feed, tails, afterwards),
                clock,
                new SecureRandom().nextLong());
    }

    /** All that hear of a decision, in this order. */
    static DecisionListener listeners(
            DecisionMetrics metrics,
            Timeline timeline,
            DecisionFeed feed,
            RedisTails tails,
            Consumer<Payment> afterwards) {
        return (payment, record, elapsedNanos) -> {
            metrics.decided(payment, record, elapsedNanos);
            timeline.decided(payment, record, elapsedNanos);
            feed.decided(payment, record, elapsedNanos);
            tails.decided(payment, record, elapsedNanos);
            afterwards.accept(payment);
        };
    }

    static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
