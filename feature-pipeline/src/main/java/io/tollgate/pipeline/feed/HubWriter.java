package io.tollgate.pipeline.feed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes events to the hub, with CloudEvents attributes as headers (binary mode of the Kafka protocol binding 1.0).
 * Thread-safe.
 */
final class HubWriter implements AutoCloseable {
    /** Room for two pages of the largest events; a full buffer holds the reader back. */
    private static final long BUFFER_BYTES = 2L * FeedSettings.MAX_PAGE_SIZE * EventTranslator.MAX_EVENT_BYTES;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;

    HubWriter(HubTarget target) {
        this.topic = target.topic();
        Map<String, Object> options = new HashMap<>(target.clientOptions());
        options.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, target.bootstrap());
        options.put(ProducerConfig.CLIENT_ID_CONFIG, "tollgate-feed");
        options.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        options.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        options.put(ProducerConfig.ACKS_CONFIG, "all");
        options.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        options.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        options.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        // The producer gives up early: the feed reads the page again, backs off and says so in its status.
        options.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        options.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
        options.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        options.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        // Event Hubs closes connections that are idle for 4 minutes.
        options.put(ProducerConfig.CONNECTIONS_MAX_IDLE_MS_CONFIG, 180_000);
        options.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, 180_000);
        this.producer = new KafkaProducer<>(options);
    }

    /**
     * Returns when the hub has acknowledged all of them.
     *
     * @throws KafkaException when it has not; some of them may be in the hub nevertheless
     */
    void write(FeedContainer container, List<HubEvent> events) throws InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(events.size());
        for (HubEvent event : events) {
            String key = event.key();
            sent.add(producer.send(new ProducerRecord<>(
                    topic,
                    null,
                    null,
                    key == null ? null : key.getBytes(StandardCharsets.US_ASCII),
                    event.value(),
                    headers(container, event))));
        }
        for (Future<RecordMetadata> each : sent) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new KafkaException("the hub did not acknowledge an event: " + e.getCause(), e.getCause());
            }
        }
    }

    private static List<Header> headers(FeedContainer container, HubEvent event) {
        return List.of(
                header("ce_specversion", "1.0"),
                header("ce_id", event.eventId()),
                header("ce_type", "io.tollgate." + event.type() + ".changed.v1"),
                header("ce_source", "/tollgate/feed/" + container.id()),
                header("content-type", "application/json"));
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
