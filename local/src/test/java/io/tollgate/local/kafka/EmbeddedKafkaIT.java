package io.tollgate.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.local.kafka.KafkaOptions.EventHubsAccess;
import io.tollgate.local.net.LocalCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedKafkaIT {
    private static final String CONNECTION_STRING =
            "Endpoint=sb://local/;SharedAccessKeyName=root;SharedAccessKey=bG9jYWw=";

    @TempDir
    Path directory;

    @Test
    void events_survive_aStopAndRestartOnTheSamePort() throws Exception {
        try (EmbeddedKafka kafka =
                EmbeddedKafka.start(KafkaOptions.withTopics(Map.of("events", 3)).withDataDir(directory))) {
            String address = kafka.bootstrapServers();
            RecordMetadata first = send(kafka.clientProperties(), "events", "before");

            kafka.stop();
            assertThat(kafka.isRunning()).isFalse();
            kafka.restart();
            RecordMetadata second = send(kafka.clientProperties(), "events", "after");

            assertThat(kafka.bootstrapServers()).isEqualTo(address);
            assertThat(second.partition()).isEqualTo(first.partition());
            assertThat(read(kafka, "events", 2)).containsExactly("before", "after");
        }
        assertThat(directory.resolve("meta.properties")).exists();
    }

    @Test
    void keptDirectory_isTakenUp_byTheNextBroker() throws Exception {
        KafkaOptions options = KafkaOptions.withTopics(Map.of("events", 1)).withDataDir(directory);
        try (EmbeddedKafka kafka = EmbeddedKafka.start(options)) {
            send(kafka.clientProperties(), "events", "kept");
        }
        try (EmbeddedKafka kafka = EmbeddedKafka.start(options)) {
            assertThat(read(kafka, "events", 1)).containsExactly("kept");
        }
    }

    @Test
    void eventHubsGuise_acceptsTheConnectionString_andRefusesAnother() throws Exception {
        LocalCertificate certificate = LocalCertificate.create(Files.createDirectory(directory.resolve("tls")));
        try (EmbeddedKafka kafka = EmbeddedKafka.start(KafkaOptions.withTopics(Map.of("events", 1))
                .withEventHubs(new EventHubsAccess(certificate, CONNECTION_STRING)))) {
            send(kafka.clientProperties(), "events", "hello");

            assertThat(read(kafka, "events", 1)).containsExactly("hello");
            Map<String, String> forged = kafka.clientProperties();
            forged.computeIfPresent("sasl.jaas.config", (key, value) -> value.replace("bG9jYWw=", "Zm9yZ2Vk"));
            assertThatThrownBy(() -> send(forged, "events", "x"))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void misspeltTopic_doesNotComeIntoBeing() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(KafkaOptions.withTopics(Map.of("events", 1)))) {
            assertThatThrownBy(() -> send(kafka.clientProperties(), "evnts", "x"))
                    .isInstanceOf(ExecutionException.class);
        }
    }

    private static RecordMetadata send(Map<String, String> client, String topic, String value) throws Exception {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put("max.block.ms", "3000");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            return producer.send(new ProducerRecord<>(topic, "key", value)).get(10, TimeUnit.SECONDS);
        }
    }

    private static List<String> read(EmbeddedKafka kafka, String topic, int count) {
        Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
        properties.put("group.id", "reader");
        properties.put("auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (values.size() < count) { // the class's timeout ends a wait in vain
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofSeconds(1))) {
                    values.add(each.value());
                }
            }
        }
        return values;
    }
}
