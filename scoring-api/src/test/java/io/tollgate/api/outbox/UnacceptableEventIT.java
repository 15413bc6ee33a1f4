package io.tollgate.api.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.api.outbox.OutboxSettings.AtBound;
import io.tollgate.local.backends.BackendOptions;
import io.tollgate.local.backends.BackendsProcess;
import io.tollgate.local.backends.Service;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker that refuses some events for good. */
class UnacceptableEventIT {
    private static final String TOPIC = "txn_events";
    private static final int TOPIC_BYTES = 4_000;
    private static final int EVENTS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private static OutboxRecord event(int number) {
        long timeMs = System.currentTimeMillis()
                + (number == 120 ? Duration.ofHours(3).toMillis() : 0);
        int bytes = number == 40 || number == 299 ? 3 * TOPIC_BYTES : 200;
        String json = "{\"eventId\":\"tx-" + number + "\",\"pad\":\"" + "x".repeat(bytes) + "\"}";
        return new OutboxRecord(
                "card",
                "tx-" + number,
                timeMs,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                json.getBytes(StandardCharsets.US_ASCII));
    }

    private static List<String> ids(Collection<String> events) {
        return events.stream()
                .map(json -> json.replaceFirst("^\\{\"eventId\":\"([^\"]*)\".*$", "$1"))
                .toList();
    }

    @Test
    void events_reachTheHub_pastThoseThatItWillNeverTake() throws Exception {
        OutboxSettings settings = new OutboxSettings(
                directory,
                1 << 20,
                4L << 20,
                Duration.ofMinutes(10),
                Duration.ofMillis(50),
                PATIENCE,
                AtBound.KEEP_DECIDING);
        try (BackendsProcess backends = BackendsProcess.start(BackendOptions.only(Service.KAFKA))) {
            Map<String, Object> kafka = new HashMap<>(backends.settings().kafkaProperties());
            limit(kafka);
            try (Outbox outbox = Outbox.open(settings, Clock.systemUTC())) {
                for (int i = 0; i < EVENTS; i++) {
                    assertThat(outbox.append(event(i))).isTrue();
                }
                OutboxSender sender = new OutboxSender(
                        outbox,
                        new KafkaPublisher(String.valueOf(kafka.get("bootstrap.servers")), TOPIC, null),
                        settings,
                        Duration.ofMillis(1),
                        Thread::new);
                sender.start();
                sender.close();

                assertThat(outbox.depth()).isZero();
                assertThat(outbox.setAsideEvents()).isEqualTo(3);
            }

            List<String> expected = new ArrayList<>(
                    IntStream.range(0, EVENTS).mapToObj(i -> "tx-" + i).toList());
            List<String> aside = List.of("tx-40", "tx-120", "tx-299");
            expected.removeAll(aside);
            assertThat(ids(taken(kafka)).stream().distinct()).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(ids(Files.readAllLines(directory.resolve("set-aside.jsonl"))))
                    .isEqualTo(aside);
        }
    }

    private static void limit(Map<String, Object> kafka) throws Exception {
        try (Admin admin = Admin.create(kafka)) {
            var unused = admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, TOPIC),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", Integer.toString(TOPIC_BYTES)),
                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    /** Of the one partition that all of them go to. */
    private static List<String> taken(Map<String, Object> kafka) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(kafka, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(info -> new TopicPartition(TOPIC, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                for (ConsumerRecord<String, String> found : consumer.poll(Duration.ofSeconds(1))) {
                    values.add(found.value());
                }
            }
        }
        return values;
    }
}
