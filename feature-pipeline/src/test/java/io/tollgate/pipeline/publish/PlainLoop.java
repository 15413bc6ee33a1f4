package io.tollgate.pipeline.publish;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Tail;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What no publisher on these parts can beat: one thread that consumes, folds into states in memory and writes to Redis,
 * with the pipeline's own parser, state code and writer. It survives nothing: no checkpoint, no second machine.
 *
 * <p>Reads what arrives after its start; ends with its parent. Settings are the pipeline's variables.
 */
public final class PlainLoop {
    private static final Duration POLL = Duration.ofMillis(100);

    private final FeatureEngine engine;
    private final EventParser parser;
    private final RedisWriter writer;
    private final long epoch = Instant.now().getEpochSecond();
    private final Map<EntityRef, EntityState> states = new HashMap<>();
    private long batchId;

    private PlainLoop(EngineSource source, RedisTarget target) {
        engine = source.engine();
        parser = new EventParser(EventRules.DEFAULT, engine, EventParser.Detail.EVENT);
        writer = RedisWriters.of(target);
    }

    public static void main(String[] arguments) {
        PlainLoop loop = new PlainLoop(
                new EngineSource(setting("TOLLGATE_FEATURE_SET"), setting("TOLLGATE_KEY_SECRET")),
                RedisTarget.of(URI.create(setting("TOLLGATE_REDIS_URI")), false));
        Map<String, Object> settings =
                Map.of("bootstrap.servers", setting("TOLLGATE_KAFKA_BOOTSTRAP"), "enable.auto.commit", false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("txn_events").stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            while (true) {
                loop.publish(consumer.poll(POLL));
            }
        }
    }

    private static String setting(String name) {
        return Objects.requireNonNull(System.getenv(name), name);
    }

    private void publish(Iterable<ConsumerRecord<byte[], byte[]>> messages) {
        Map<EntityRef, ByteArrayOutputStream> changed = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> message : messages) {
            if (parser.parse(message.value(), message.timestamp()) instanceof ParsedEvent.Accepted accepted) {
                fold(accepted.event(), changed);
            }
        }
        if (changed.isEmpty()) {
            return;
        }
        long sequence = CheckpointEpoch.sequence(epoch, batchId++);
        List<EntityUpdate> updates = new ArrayList<>();
        changed.forEach((entity, ids) -> updates.add(EntityUpdate.of(
                engine, entity, Objects.requireNonNull(states.get(entity)), ids.toByteArray(), List.of(), sequence)));
        writer.write(updates, sequence);
    }

    private void fold(FeatureEvent event, Map<EntityRef, ByteArrayOutputStream> changed) {
        for (EntityRef entity : engine.entitiesOf(event)) {
            if (states.computeIfAbsent(entity, ref -> engine.newState(ref.type()))
                    .fold(event)) {
                changed.computeIfAbsent(entity, ref -> new ByteArrayOutputStream())
                        .writeBytes(Tail.id(event.eventId()));
            }
        }
    }
}
