package io.tollgate.pipeline.feed;

import java.util.Map;

/**
 * The hub that is written to.
 *
 * @param bootstrap host:port, comma-separated
 * @param topic of the events
 * @param clientOptions further client settings, as {@code security.protocol} for an Event Hub
 */
record HubTarget(String bootstrap, String topic, Map<String, String> clientOptions) {
    HubTarget {
        if (bootstrap.isBlank()) {
            throw new IllegalArgumentException("Kafka bootstrap servers must be given, as in 127.0.0.1:9092");
        }
        if (topic.isBlank()) {
            throw new IllegalArgumentException("the topic must be named, as in txn_events");
        }
        clientOptions = Map.copyOf(clientOptions);
    }

    /** Names servers and topic only: the options hold credentials. */
    @Override
    public String toString() {
        return "HubTarget[" + bootstrap + ", " + topic + "]";
    }
}
