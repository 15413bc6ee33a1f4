package io.tollgate.local.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the hub itself and counts what it holds, as an auditor would: neither the service that wrote nor the pipeline
 * that reads is asked.
 */
final class HubAudit {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> client;
    private final String topic;

    /**
     * @param properties how to reach the hub
     */
    HubAudit(Map<String, String> properties, String topic) {
        this.client = new HashMap<>(properties);
        this.client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.client.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        this.client.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        this.topic = topic;
    }

    /**
     * What lies between two positions.
     *
     * @param authorizations decided payments, each counted once
     * @param others outcomes and reference data, each counted once
     * @param duplicates messages whose event was there already
     * @param unreadable messages without type and event id
     */
    record Count(long authorizations, long others, long duplicates, long unreadable) {}

    /** The next offset of each partition. */
    Map<TopicPartition, Long> end() {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client)) {
            return consumer.endOffsets(partitions(consumer));
        }
    }

    /** How many messages lie between {@code from} and now. */
    long messagesSince(Map<TopicPartition, Long> from) {
        return end().entrySet().stream()
                .mapToLong(e -> e.getValue() - from.getOrDefault(e.getKey(), 0L))
                .sum();
    }

    /** Reads everything from {@code from} to what is the end now. */
    Count countSince(Map<TopicPartition, Long> from) {
        Set<String> seen = new HashSet<>();
        long authorizations = 0;
        long duplicates = 0;
        long unreadable = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client)) {
            List<TopicPartition> partitions = partitions(consumer);
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            partitions.forEach(p -> consumer.seek(p, from.getOrDefault(p, 0L)));
            while (end.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
                for (var message : consumer.poll(POLL)) {
                    TypeAndId event = read(message.value());
                    if (event == null) {
                        unreadable++;
                    } else if (!seen.add(event.id())) {
                        duplicates++;
                    } else if (event.type().equals("authorization")) {
                        authorizations++;
                    }
                }
            }
        }
        return new Count(authorizations, seen.size() - authorizations, duplicates, unreadable);
    }

    private record TypeAndId(String type, String id) {}

    private static @Nullable TypeAndId read(byte[] message) {
        String type = null;
        String id = null;
        try (JsonParser json = JSON.createParser(message)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while ((type == null || id == null) && json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "type" -> type = json.getText();
                    case "eventId" -> id = json.getText();
                    default -> json.skipChildren();
                }
            }
        } catch (IOException e) {
            return null;
        }
        return type == null || id == null ? null : new TypeAndId(type, id);
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }
}
