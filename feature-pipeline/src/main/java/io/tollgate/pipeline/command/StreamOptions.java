package io.tollgate.pipeline.command;

import io.tollgate.features.yaml.YamlException;
import io.tollgate.pipeline.config.KafkaSource;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.publish.RedisTarget;
import io.tollgate.pipeline.spark.SparkSessions;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the running queries share: where they read, where they write, how much they take. */
public final class StreamOptions {
    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private HubOptions hub = new HubOptions();

    @Mixin
    private RedisOptions redis = new RedisOptions();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "${env:TOLLGATE_DATA_DIR:-tollgate-data}",
            description = "Holds delta/ and checkpoints/ (TOLLGATE_DATA_DIR; default ${DEFAULT-VALUE}).")
    private String dataDir = "";

    @Option(
            names = "--status-file",
            paramLabel = "FILE",
            description = "Status as JSON, replaced after each batch (default <data-dir>/pipeline-status.json).")
    private @Nullable Path statusFile;

    @Option(
            names = "--threads",
            defaultValue = "2",
            description = "Task slots on this machine (default ${DEFAULT-VALUE}); a cluster's own number wins.")
    private int threads;

    @Option(
            names = "--state-partitions",
            defaultValue = "1",
            description = "Partitions of the state (default ${DEFAULT-VALUE}); fixed when a checkpoint is first used."
                    + " One reads, folds and writes in one task without a shuffle, and is the freshest while a core"
                    + " can follow; more keep as many cores busy.")
    private int statePartitions;

    @Option(
            names = "--max-events-per-batch",
            defaultValue = "20000",
            description = "Bound of a micro-batch, for catching up in steps (default ${DEFAULT-VALUE}).")
    private long maxEventsPerBatch;

    @Option(
            names = "--max-event-age",
            paramLabel = "DURATION",
            defaultValue = "P400D",
            description = "Older events are stale and go to quarantine (ISO 8601; default ${DEFAULT-VALUE}).")
    private Duration maxEventAge = EventRules.DEFAULT.maxAge();

    @Option(
            names = "--expectations",
            paramLabel = "NAME|FILE",
            defaultValue = "${env:TOLLGATE_EXPECTATIONS:-default-expectations}",
            description = "What is expected of payments, and what becomes of those that are not so"
                    + " (TOLLGATE_EXPECTATIONS; default ${DEFAULT-VALUE}).")
    private String expectations = "";

    EngineOptions engine() {
        return engine;
    }

    KafkaSource kafka() {
        return usable(() -> new KafkaSource(hub.bootstrap(), hub.topic(), hub.clientOptions(), maxEventsPerBatch));
    }

    RedisTarget redis() {
        return redis.target();
    }

    /** Compiles the expectations once, so that a mistake in them is told before anything starts. */
    EventRules rules() {
        return usable(() -> {
            EventRules rules = new EventRules(EventRules.DEFAULT.maxFuture(), maxEventAge, expectations);
            rules.compiled();
            return rules;
        });
    }

    SparkSessions.Size size() {
        return usable(() -> new SparkSessions.Size(threads, statePartitions));
    }

    DataDirectory data() {
        return new DataDirectory(dataDir);
    }

    Path statusFile() {
        return statusFile == null ? Path.of(dataDir, "pipeline-status.json") : statusFile;
    }

    private static <T> T usable(java.util.function.Supplier<T> setting) {
        try {
            return setting.get();
        } catch (IllegalArgumentException | YamlException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }
}
