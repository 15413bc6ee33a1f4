package io.tollgate.pipeline.config;

import java.util.Map;

/**
 * Where events are read from.
 *
 * @param bootstrap host:port, comma-separated
 * @param topic the hub
 * @param clientOptions further client settings without prefix, as {@code security.protocol} for an Event Hub
 * @param maxEventsPerBatch bound of a micro-batch, so that catching up after an outage goes in steps that fit memory
 */
public record KafkaSource(String bootstrap, String topic, Map<String, String> clientOptions, long maxEventsPerBatch) {
    public KafkaSource {
        if (bootstrap.isBlank()) {
            throw new IllegalArgumentException("Kafka bootstrap servers must be given, as in 127.0.0.1:9092");
        }
        if (topic.isBlank()) {
            throw new IllegalArgumentException("the topic must be named, as in txn_events");
        }
        if (maxEventsPerBatch < 1) {
            throw new IllegalArgumentException("maxEventsPerBatch must be at least 1");
        }
        clientOptions = Map.copyOf(clientOptions);
    }

    /** Names servers and topic only: the options hold credentials. */
    @Override
    public String toString() {
        return "KafkaSource[" + bootstrap + ", " + topic + "]";
    }
}
