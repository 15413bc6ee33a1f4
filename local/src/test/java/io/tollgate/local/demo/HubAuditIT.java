package io.tollgate.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.local.kafka.EmbeddedKafka;
import io.tollgate.local.kafka.KafkaOptions;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class HubAuditIT {
    private static final String TOPIC = "txn_events";

    @Test
    void countSince_countsEachEventOnce_andWhatCannotBeRead() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(KafkaOptions.withTopics(Map.of(TOPIC, 2)))) {
            HubAudit audit = new HubAudit(kafka.clientProperties(), TOPIC);
            send(kafka, event("authorization", "before"));
            Map<TopicPartition, Long> base = audit.end();

            send(
                    kafka,
                    event("authorization", "t1"),
                    event("authorization", "t2"),
                    event("authorization", "t1"),
                    event("outcome", "o:t1"),
                    "{\"type\":\"authorization\"}",
                    "no JSON");

            assertThat(audit.messagesSince(base)).isEqualTo(6);
            assertThat(audit.countSince(base)).isEqualTo(new HubAudit.Count(2, 1, 1, 2));
        }
    }

    @Test
    void countSince_isZero_whenNothingCame() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(KafkaOptions.withTopics(Map.of(TOPIC, 2)))) {
            HubAudit audit = new HubAudit(kafka.clientProperties(), TOPIC);

            assertThat(audit.countSince(audit.end())).isEqualTo(new HubAudit.Count(0, 0, 0, 0));
        }
    }

    private static String event(String type, String id) {
        return "{\"schema\":\"tollgate.txn_event/1\",\"vector\":[1,2],\"type\":\"" + type + "\",\"eventId\":\"" + id
                + "\"}";
    }

    private static void send(EmbeddedKafka kafka, String... messages) {
        Map<String, Object> settings = new HashMap<>(kafka.clientProperties());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (String message : messages) {
                var unused = producer.send(new ProducerRecord<>(TOPIC, message.getBytes(StandardCharsets.UTF_8)));
            }
            producer.flush();
        }
    }
}
