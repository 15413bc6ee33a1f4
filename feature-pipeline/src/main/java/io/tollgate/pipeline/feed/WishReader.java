package io.tollgate.pipeline.feed;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the hub's new messages as one member of a consumer group: each partition has one reader in the fleet. What is
 * older than a while is passed over, also after a long stop: whoever still pays wishes again. Confined to one thread.
 */
final class WishReader implements AutoCloseable {
    static final String GROUP = "tollgate-reference-loader";

    /** The answer to an older wish helps nobody; a restart takes less. */
    static final Duration MAX_AGE = Duration.ofMinutes(2);

    /** How long a signal to stop may go unheard. */
    private static final Duration POLL = Duration.ofMillis(500);

    private static final int MAX_POLL = 1_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Clock clock;

    WishReader(HubTarget target, Clock clock) {
        this.clock = clock;
        Map<String, Object> options = new HashMap<>(target.clientOptions());
        options.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, target.bootstrap());
        options.put(ConsumerConfig.CLIENT_ID_CONFIG, "tollgate-feed");
        options.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        options.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        options.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        options.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL);
        options.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        options.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        // Event Hubs closes connections that are idle for 4 minutes.
        options.put(ConsumerConfig.CONNECTIONS_MAX_IDLE_MS_CONFIG, 180_000);
        options.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 180_000);
        this.consumer = new KafkaConsumer<>(options);
        consumer.subscribe(List.of(target.topic()), new PassOver());
    }

    /** On each new partition: goes on where the group was, but not before what is still of use. */
    private final class PassOver implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            long earliest = clock.millis() - MAX_AGE.toMillis();
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(partition -> times.put(partition, earliest));
            Map<TopicPartition, OffsetAndTimestamp> young = consumer.offsetsForTimes(times);
            var committed = consumer.committed(times.keySet());
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                OffsetAndTimestamp first = young.get(partition);
                var last = committed.get(partition);
                if (first != null && (last == null || first.offset() > last.offset())) {
                    consumer.seek(partition, first.offset());
                } else if (last == null) {
                    // At once: left to the first poll, what is written until then would be passed over.
                    consumer.seek(partition, end.getOrDefault(partition, 0L));
                }
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // What was handled has been committed, batch by batch.
        }
    }

    /** The wishes in the next messages, in order; empty when there are none for now. */
    List<ReferenceWish> next() {
        List<ReferenceWish> wishes = new ArrayList<>();
        long earliest = clock.millis() - MAX_AGE.toMillis();
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
            ReferenceWish wish = message.value() == null || message.timestamp() < earliest
                    ? null
                    : ReferenceWish.in(message.value());
            if (wish != null) {
                wishes.add(wish);
            }
        }
        return wishes;
    }

    /** How many partitions of the hub are this reader's; none before it has joined its group. */
    int partitions() {
        return consumer.assignment().size();
    }

    /** What {@link #next} gave is done. */
    void done() {
        consumer.commitSync();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
