package io.tollgate.pipeline.publish;

import io.tollgate.features.FeatureEngine;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

/**
 * One writer's part of the {@link Heartbeat}: of the real-time publisher, each partition of the entity topic has a writer
 * and a field of its own. Confined to one thread.
 */
final class RealTimeBeat {
    private final RedisWriter writer;
    private final String key;
    private final String field;
    private final Clock clock;
    private long newestEventMs;
    private long sequence;

    /** @param partition of the entity topic */
    RealTimeBeat(RedisWriter writer, FeatureEngine engine, long partition, Clock clock) {
        this.writer = writer;
        this.key = new String(engine.progressKey(), StandardCharsets.US_ASCII);
        this.field = Long.toString(partition);
        this.clock = clock;
        // On a quiet topic the newest event is the one that the writer before has seen.
        String left = writer.readProgress(key).get(field);
        if (left != null) {
            String[] parts = left.split(":", -1);
            newestEventMs = Long.parseLong(parts[0]);
            sequence = Long.parseUnsignedLong(parts[2]);
        }
    }

    /**
     * @param eventMs of the newest event that is readable now, milliseconds since the epoch
     * @param ofBlobs the last that were written
     */
    void saw(long eventMs, long ofBlobs) {
        newestEventMs = Math.max(newestEventMs, eventMs);
        sequence = ofBlobs;
    }

    /** A sign of life. */
    void write() {
        writer.writeProgress(key, Map.of(field, Heartbeat.text(newestEventMs, clock.millis(), sequence)));
    }
}
