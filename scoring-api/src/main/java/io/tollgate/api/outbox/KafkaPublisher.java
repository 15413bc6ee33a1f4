package io.tollgate.api.outbox;

import io.tollgate.features.domain.Iso8601;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events by the Kafka protocol, to Azure Event Hubs or to a broker, with CloudEvents attributes (binary mode of the
 * Kafka protocol binding 1.0) and the W3C trace context as headers.
 */
public final class KafkaPublisher implements EventPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaPublisher.class);

    /** The CloudEvents type of a decided payment. */
    public static final String EVENT_TYPE = "io.tollgate.authorization.decided.v1";

    private static final Header SPEC_VERSION = header("ce_specversion", "1.0");
    private static final Header TYPE = header("ce_type", EVENT_TYPE);
    private static final Header SOURCE = header("ce_source", "/tollgate/scoring-api");
    private static final Header CONTENT_TYPE = header("content-type", "application/json");

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;

    /**
     * @param bootstrap host:port list of the brokers
     * @param security file of client properties (security.protocol, sasl.*, ssl.*), null for plain text
     */
    public KafkaPublisher(String bootstrap, String topic, @Nullable Path security) throws IOException {
        this.topic = topic;
        this.producer = new KafkaProducer<>(properties(bootstrap, security));
    }

    private static Properties properties(String bootstrap, @Nullable Path security) throws IOException {
        Properties properties = new Properties();
        if (security != null) {
            try (Reader reader = Files.newBufferedReader(security, StandardCharsets.UTF_8)) {
                properties.load(reader);
            }
        }
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "tollgate-scoring-api");
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // The sender hands over what has gathered in one go; without waiting for the rest of it, the first event would
        // travel alone.
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        // What gathers within a poll at a thousand payments a second, in one batch.
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        // Event Hubs takes no LZ4, Snappy or Zstandard (github.com/Azure/azure-event-hubs-for-kafka, CONFIGURATION.md);
        // GZIP, which its larger tiers take, costs more than all else that is done for an event.
        properties.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        // An outage is ridden out by the outbox, which reports its age; the producer gives up early so that the sender
        // notices and starts again from the cursor.
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        // Event Hubs closes connections that are idle for 4 minutes.
        properties.put(ProducerConfig.CONNECTIONS_MAX_IDLE_MS_CONFIG, 180_000);
        properties.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, 180_000);
        return properties;
    }

    @Override
    public void connect() {
        try {
            var unused = producer.partitionsFor(topic);
        } catch (KafkaException e) {
            LOG.info("the event hub does not answer yet: {}", e.toString());
        }
    }

    @Override
    public void publish(OutboxRecord event, Consumer<@Nullable Exception> done) {
        List<Header> headers = List.of(
                SPEC_VERSION,
                header("ce_id", event.eventId()),
                TYPE,
                SOURCE,
                header("ce_time", Iso8601.format(Instant.ofEpochMilli(event.timeMs()))),
                CONTENT_TYPE,
                header("traceparent", event.traceparent()));
        byte[] key = event.key().getBytes(StandardCharsets.US_ASCII);
        try {
            // The callback tells all that the future would.
            var unused = producer.send(
                    new ProducerRecord<>(topic, null, event.timeMs(), key, event.value(), headers),
                    (metadata, error) -> done.accept(willNeverDo(error) ? new Unacceptable(error) : error));
        } catch (KafkaException e) {
            done.accept(e);
        }
    }

    /**
     * What the broker says of a record, not of itself: it is larger than the topic takes, or its time is further from the
     * broker's than the topic takes, or it breaks another rule of the topic's.
     */
    private static boolean willNeverDo(@Nullable Exception error) {
        return error instanceof RecordTooLargeException
                || error instanceof InvalidTimestampException
                || error instanceof InvalidRecordException;
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
