package io.tollgate.local.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The authorizations that the hub holds, read from its first message to its last. */
final class HubEvents {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Copies> byId = new HashMap<>();
    private long messages;
    private long unreadable;
    private long stale;

    /** All copies of one event. The service may send an event twice, never not at all. */
    static final class Copies {
        private int count;
        private final Set<Integer> contents = new HashSet<>();
        private final Set<Told> told = new HashSet<>();

        /** How often the event is there. */
        int count() {
            return count;
        }

        /** Whether all copies have the same bytes. */
        boolean identical() {
            return contents.size() == 1;
        }

        /** Whether a copy tells this decision. */
        boolean tells(Told decision) {
            return told.contains(decision);
        }

        void add(byte[] message, Told decision) {
            count++;
            contents.add(Arrays.hashCode(message));
            told.add(decision);
        }
    }

    /**
     * @param properties how to reach the hub
     */
    static HubEvents read(Map<String, String> properties, String topic) {
        Map<String, Object> client = new HashMap<>(properties);
        client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        client.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        client.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        HubEvents events = new HubEvents();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client)) {
            List<TopicPartition> partitions = new ArrayList<>();
            consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (end.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
                consumer.poll(POLL).forEach(message -> events.add(message.value()));
            }
        }
        return events;
    }

    void add(byte[] message) {
        messages++;
        try {
            JsonNode root = JSON.readTree(message);
            String id = root.path("eventId").asText();
            if (id.isEmpty() || !id.equals(root.path("transactionId").asText())) {
                throw new IOException("no authorization");
            }
            for (JsonNode group : root.path("groups")) {
                if (group.path("outcome").asText().equals("STALE")) {
                    stale++;
                    break;
                }
            }
            byId.computeIfAbsent(id, unused -> new Copies()).add(message, Told.of(root));
        } catch (IOException e) {
            unreadable++; // counted, and a reason to fail the drill: only whole authorizations were sent
        }
    }

    Map<String, Copies> byId() {
        return byId;
    }

    long messages() {
        return messages;
    }

    /** Messages of payments that were decided on a stale group. */
    long stale() {
        return stale;
    }

    long unreadable() {
        return unreadable;
    }
}
