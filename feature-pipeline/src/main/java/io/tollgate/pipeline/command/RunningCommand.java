package io.tollgate.pipeline.command;

import io.tollgate.features.spec.FeatureSet;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.HistoryQuery;
import io.tollgate.pipeline.history.VectorQuery;
import io.tollgate.pipeline.publish.PublishedDefinition;
import io.tollgate.pipeline.publish.PublisherQuery;
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

    /** Publishes features to Redis. */
    @Command(name = "stream", description = "Publish features: hub to Redis, as fresh as can be.")
    public static final class Stream extends RunningCommand {
        @Override
        void addTo(StreamJob job, EngineSource engine) {
            addPublisher(job, engine);
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

        @Override
        boolean publishes() {
            return false;
        }
    }

    /** Does both in one process. */
    @Command(name = "run", description = "Publish features and keep history in one process.")
    public static final class Both extends RunningCommand {
        @Mixin
        private HistoryOptions history = new HistoryOptions();

        @Override
        void addTo(StreamJob job, EngineSource engine) {
            addPublisher(job, engine);
            addHistory(job, engine, history);
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

    /** Whether it writes a version's keys. */
    boolean publishes() {
        return true;
    }

    @Override
    public Integer call() throws Exception {
        EngineSource engine = options.engine().source();
        options.kafka();
        options.redis();
        if (publishes()) {
            requireOneDefinition(engine.engine().featureSet());
        }
        Clock clock = Clock.systemUTC();
        PipelineStatus status = new PipelineStatus(new StatusFile(options.statusFile(), clock));
        StreamJob job = new StreamJob(options.size(), status, clock);
        addTo(job, engine);
        job.run();
        return 0;
    }

    private void requireOneDefinition(FeatureSet set) {
        PublishedDefinition.contradicting(options.redis(), set).ifPresent(standing -> {
            throw new UsageException(set.version() + " is published already as " + standing.id() + " ("
                    + standing.hashText() + ") and never changes; give this definition (" + set.hashText()
                    + ") another version");
        });
    }

    final void addPublisher(StreamJob job, EngineSource engine) {
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
