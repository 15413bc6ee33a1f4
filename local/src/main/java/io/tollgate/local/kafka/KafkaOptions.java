package io.tollgate.local.kafka;

import io.tollgate.local.net.LocalCertificate;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link EmbeddedKafka} is to run.
 *
 * @param dataDir where topics live and are read from at the next start; null for a temporary directory that
 *     {@link EmbeddedKafka#close} removes
 * @param topics name to number of partitions, 1 to 64 each (Event Hubs' standard tier ends at 32); topics that exist
 *     already stay as they are
 * @param eventHubs when given, clients speak SASL_SSL and PLAIN with user {@code $ConnectionString} as they do with
 *     Azure Event Hubs; null for plain text
 */
public record KafkaOptions(
        @Nullable Path dataDir,
        Map<String, Integer> topics,
        @Nullable EventHubsAccess eventHubs) {
    private static final int MOST_PARTITIONS = 64;

    public KafkaOptions {
        topics = Map.copyOf(topics);
        topics.forEach((topic, partitions) -> {
            if (partitions < 1 || partitions > MOST_PARTITIONS) {
                throw new IllegalArgumentException("Topic " + topic + " must have 1 to " + MOST_PARTITIONS
                        + " partitions, not " + partitions + ".");
            }
        });
    }

    /** Plain text, nothing kept. */
    public static KafkaOptions withTopics(Map<String, Integer> topics) {
        return new KafkaOptions(null, topics, null);
    }

    public KafkaOptions withDataDir(@Nullable Path value) {
        return new KafkaOptions(value, topics, eventHubs);
    }

    public KafkaOptions withEventHubs(@Nullable EventHubsAccess value) {
        return new KafkaOptions(dataDir, topics, value);
    }

    /**
     * The guise of an Azure Event Hubs namespace.
     *
     * @param certificate what the broker presents
     * @param connectionString the password that clients must send
     */
    public record EventHubsAccess(LocalCertificate certificate, String connectionString) {
        /** Without the connection string. */
        @Override
        public String toString() {
            return "EventHubsAccess[" + certificate + "]";
        }
    }
}
