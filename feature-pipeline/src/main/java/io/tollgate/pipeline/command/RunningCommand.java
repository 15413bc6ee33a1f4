package io.tollgate.pipeline.command;

import static java.util.Objects.requireNonNull;

import io.tollgate.features.spec.FeatureSet;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.HistoryQuery;
import io.tollgate.pipeline.history.VectorQuery;
import io.tollgate.pipeline.publish.EntityTopic;
import io.tollgate.pipeline.publish.PublishedDefinition;
import io.tollgate.pipeline.publish.PublisherQuery;
import io.tollgate.pipeline.publish.RealTimePublisher;
import io.tollgate.pipeline.spark.SparkSessions;
import io.tollgate.pipeline.status.StatusFile;
import io.tollgate.pipeline.stream.PipelineStatus;
import io.tollgate.pipeline.stream.StreamJob;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands that run until they are told to end; they differ in the queries they start. */
public abstract class RunningCommand implements Callable<Integer> {
    @Mixin
    private StreamOptions options = new StreamOptions();

    /** Of the real-time engine, whose tasks never end; others need theirs beside. */
    private int realTimeSlots;

    /** Publishes features to Redis. */
    @Command(name = "stream", description = "Publish features: hub to Redis, as fresh as can be.")
    public static final class Stream extends RunningCommand {
        @Mixin
        private PublishingOptions publishing = new PublishingOptions();

        @Override
        void addTo(StreamJob job, EngineSource engine) {
            addPublisher(job, engine);
        }

        @Override
        @Nullable
        PublishingOptions publishing() {
            return publishing;
        }
    }

    /** Keeps history in Delta. */
    @Command(name = "history", description = "Keep history: hub to Delta, every event once, vectors beside.")
    public static final class History extends RunningCommand {
        @Mixin
        private HistoryOptions history = new HistoryOptions();

        @Override
        void addTo(StreamJob job, EngineSource engine) {
            addHistory(job, engine, history);
        }
    }

    /** Does both in one process. */
    @Command(name = "run", description = "Publish features and keep history in one process.")
    public static final class Both extends RunningCommand {
        @Mixin
        private PublishingOptions publishing = new PublishingOptions();

        @Mixin
        private HistoryOptions history = new HistoryOptions();

        @Override
        void addTo(StreamJob job, EngineSource engine) {
            addPublisher(job, engine);
            addHistory(job, engine, history);
        }

        @Override
        @Nullable
        PublishingOptions publishing() {
            return publishing;
        }
    }

    static final class HistoryOptions {
        @Option(
                names = "--trigger",
                paramLabel = "DURATION",
                defaultValue = "PT5S",
                description = "How long events gather before an append (ISO 8601; default ${DEFAULT-VALUE}).")
        private Duration trigger = Duration.ofSeconds(5);

        @Option(
                names = "--no-vectors",
                description = "Keep events only; fraud_feature_history can be computed later by backfill.")
        private boolean noVectors;

        @Option(
                names = "--lateness",
                paramLabel = "DURATION",
                description = "How long vectors wait for earlier events (ISO 8601; default: the feature set's).")
        private @Nullable Duration lateness;
    }

    abstract void addTo(StreamJob job, EngineSource engine);

    /** How it writes a version's keys; null when it does not. */
    @Nullable
    PublishingOptions publishing() {
        return null;
    }

    @Override
    public Integer call() throws Exception {
        EngineSource engine = options.engine().source();
        options.kafka();
        options.redis();
        PublishingOptions publishing = publishing();
        SparkSessions.Size size = options.size();
        if (publishing != null) {
            requireOneDefinition(engine.engine().featureSet());
            if (publishing.realTime()) {
                realTimeSlots = EntityTopic.create(options.kafka(), entityTopic(engine), size.shufflePartitions());
            }
        }
        Clock clock = Clock.systemUTC();
        PipelineStatus status = new PipelineStatus(new StatusFile(options.statusFile(), clock));
        StreamJob job = new StreamJob(
                new SparkSessions.Size(size.threads() + realTimeSlots, size.shufflePartitions()), status, clock);
        addTo(job, engine);
        job.run();
        return 0;
    }

    private String entityTopic(EngineSource engine) {
        return requireNonNull(publishing())
                .entityTopic(options.kafka(), engine.engine().featureSet().version());
    }

    private void requireOneDefinition(FeatureSet set) {
        PublishedDefinition.contradicting(options.redis(), set).ifPresent(standing -> {
            throw new UsageException(set.version() + " is published already as " + standing.id() + " ("
                    + standing.hashText() + ") and never changes; give this definition (" + set.hashText()
                    + ") another version");
        });
    }

    final void addPublisher(StreamJob job, EngineSource engine) {
        if (requireNonNull(publishing()).realTime()) {
            job.addPublisher(new RealTimePublisher.Settings(
                    options.kafka(),
                    entityTopic(engine),
                    realTimeSlots,
                    engine,
                    options.redis(),
                    options.data().checkpoint(RealTimePublisher.CHECKPOINT),
                    options.rules()));
            return;
        }
        job.addPublisher(
                new PublisherQuery.Settings(
                        options.kafka(),
                        engine,
                        options.redis(),
                        options.data().checkpoint(PublisherQuery.NAME),
                        options.rules()),
                options.data().delta());
    }

    final void addHistory(StreamJob job, EngineSource engine, HistoryOptions history) {
        DataDirectory data = options.data();
        Duration lateness =
                history.lateness == null ? engine.engine().featureSet().lateness() : history.lateness;
        HistoryQuery.Settings events = new HistoryQuery.Settings(
                options.kafka(),
                engine,
                data.delta(),
                data.checkpoint(HistoryQuery.NAME),
                history.trigger,
                options.rules());
        VectorQuery.Settings vectors = new VectorQuery.Settings(
                engine, data.delta(), data.checkpoint(VectorQuery.NAME), history.trigger, lateness);
        job.addHistory(events, history.noVectors ? null : vectors);
    }
}
