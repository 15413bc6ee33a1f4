package io.tollgate.pipeline.publish;

import io.tollgate.pipeline.config.KafkaSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The topic between the real-time mode's two queries: events by entity, so that each entity has one reader. Messages are
 * of use until they are folded, which takes milliseconds.
 */
public final class EntityTopic {
    /** Room for an outage of Redis; after a longer one the query fails and says that data is lost. */
    private static final Duration RETENTION = Duration.ofDays(1);

    private EntityTopic() {}

    /**
     * Creates the topic unless it is there.
     *
     * @param partitions of a new one
     * @return partitions of hub and topic together: tasks that run all the time, each in a slot of its own
     * @throws IllegalStateException when the hub does not answer, has no such topic, or lets none be created
     */
    public static int create(KafkaSource hub, String name, int partitions) {
        Map<String, Object> settings = new HashMap<>(hub.clientOptions());
        settings.put("bootstrap.servers", hub.bootstrap());
        try (Admin admin = Admin.create(settings)) {
            NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty())
                    .configs(Map.of("retention.ms", Long.toString(RETENTION.toMillis())));
            try {
                admin.createTopics(List.of(topic)).all().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
            return admin.describeTopics(List.of(hub.topic(), name)).allTopicNames().get().values().stream()
                    .mapToInt(described -> described.partitions().size())
                    .sum();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "cannot prepare topic " + name + " beside " + hub + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
