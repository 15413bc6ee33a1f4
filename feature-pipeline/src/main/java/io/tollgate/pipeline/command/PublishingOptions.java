package io.tollgate.pipeline.command;

import io.tollgate.pipeline.config.KafkaSource;
import picocli.CommandLine.Option;

/** How events become features. */
final class PublishingOptions {
    /** See {@link io.tollgate.pipeline.publish.PublishingEngine}. */
    enum Engine {
        MICRO_BATCH,
        REAL_TIME
    }

    @Option(
            names = "--engine",
            paramLabel = "micro-batch|real-time",
            defaultValue = "micro-batch",
            converter = EngineConverter.class,
            description = "micro-batch keeps its state in the checkpoint and is known to parity; real-time publishes"
                    + " within milliseconds and keeps its state in Redis, which must then evict nothing, and takes a task"
                    + " slot for each partition of the hub and of the entity topic (default ${DEFAULT-VALUE}).")
    private Engine engine = Engine.MICRO_BATCH;

    @Option(
            names = "--entity-topic",
            paramLabel = "TOPIC",
            defaultValue = "${env:TOLLGATE_ENTITY_TOPIC:-}",
            description =
                    "Of the real-time engine: events by entity, created with --state-partitions partitions when it is"
                            + " not there (TOLLGATE_ENTITY_TOPIC; default <topic>.<version>.entities).")
    private String entityTopic = "";

    boolean realTime() {
        return engine == Engine.REAL_TIME;
    }

    String entityTopic(KafkaSource hub, String version) {
        return entityTopic.isEmpty() ? hub.topic() + "." + version + ".entities" : entityTopic;
    }

    static final class EngineConverter implements picocli.CommandLine.ITypeConverter<Engine> {
        @Override
        public Engine convert(String text) {
            return switch (text) {
                case "micro-batch" -> Engine.MICRO_BATCH;
                case "real-time" -> Engine.REAL_TIME;
                default ->
                    throw new picocli.CommandLine.TypeConversionException(
                            "there is no engine '" + text + "'; it is micro-batch or real-time");
            };
        }
    }
}
