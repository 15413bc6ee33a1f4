package io.tollgate.pipeline.publish;

import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The publisher's sign of life, {@code fs:<version>:progress}: a hash with a field per partition of the topic, {@code
 * newest event time : time of this write : sequence}, times in milliseconds since the epoch. From it a reader tells a
 * quiet card from a stalled pipeline. Thread-safe.
 */
final class Heartbeat {
    private record Beat(long newestEventMs, long sequence) {}

    private final RedisTarget target;
    private final String key;
    private final Clock clock;
    private final TreeMap<Integer, Beat> beats = new TreeMap<>();
    private boolean restored;

    Heartbeat(RedisTarget target, String key, Clock clock) {
        this.target = target;
        this.key = key;
        this.clock = clock;
    }

    synchronized void afterBatch(Collection<PartitionProgress> partitions, long sequence) {
        restore();
        for (PartitionProgress partition : partitions) {
            beats.merge(
                    partition.partition(),
                    new Beat(partition.newestEventMs(), sequence),
                    (was, is) -> new Beat(Math.max(was.newestEventMs, is.newestEventMs), is.sequence));
        }
        write();
    }

    synchronized void whileIdle() {
        restore();
        write();
    }

    /** After a restart on a quiet topic the partitions' times are those that the process before has left. */
    private void restore() {
        if (restored) {
            return;
        }
        RedisWriters.of(target).readProgress(key).forEach((field, value) -> {
            String[] parts = value.split(":", -1);
            if (parts.length == 3) {
                beats.put(Integer.valueOf(field), new Beat(Long.parseLong(parts[0]), Long.parseUnsignedLong(parts[2])));
            }
        });
        restored = true;
    }

    private void write() {
        Map<String, String> fields = new HashMap<>();
        long now = clock.millis();
        beats.forEach(
                (partition, beat) -> fields.put(partition.toString(), text(beat.newestEventMs, now, beat.sequence)));
        RedisWriters.of(target).writeProgress(key, fields);
    }

    /** A field's value. */
    static String text(long newestEventMs, long writtenMs, long sequence) {
        return newestEventMs + ":" + writtenMs + ":" + Long.toUnsignedString(sequence);
    }
}
