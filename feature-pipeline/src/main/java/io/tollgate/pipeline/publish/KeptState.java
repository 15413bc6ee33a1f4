package io.tollgate.pipeline.publish;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An entity's state as the real-time publisher keeps it in Redis, with how far into each of the hub's partitions it
 * reaches. A message at or before that is in it already, whoever sends it again: the fan-out after a restart, a replay of
 * the entity topic, a task that Spark believes dead. Mutable, confined to one thread.
 *
 * <pre>
 * offset  bytes
 *      0      1  format version
 *      1      8  sequence, big-endian; the script compares it
 *      9      8  epoch of the checkpoint, big-endian
 *     17      2  how many partitions follow, big-endian
 *     19   12·n  partition and last offset of each
 *     ..         what is remembered of the entity
 * </pre>
 */
final class KeptState {
    private static final byte FORMAT = 1;
    private static final int SEQUENCE_AT = 1;

    private final TreeMap<Integer, Long> reached = new TreeMap<>();
    private final RememberedEntity entity;
    private final long epoch;

    private KeptState(RememberedEntity entity, long epoch) {
        this.entity = entity;
        this.epoch = epoch;
    }

    /**
     * Takes up what is kept, or begins anew where nothing is, or what an older checkpoint left: the newer one has read
     * the hub from its first message.
     *
     * @param kept null for nothing
     * @throws IllegalStateException when the publisher of a newer checkpoint has written it
     */
    static KeptState of(
            FeatureEngine engine, StateHorizon horizon, EntityType type, byte @Nullable [] kept, long epoch) {
        if (kept == null) {
            return new KeptState(RememberedEntity.unknown(engine, horizon, type), epoch);
        }
        ByteBuffer bytes = ByteBuffer.wrap(kept);
        byte format = bytes.get();
        bytes.getLong();
        long keptBy = bytes.getLong();
        if (format == FORMAT && keptBy > epoch) {
            throw new IllegalStateException("a publisher with a newer checkpoint (of " + keptBy + ", not " + epoch
                    + ") writes these keys; this one has to end");
        }
        if (format != FORMAT || keptBy < epoch) {
            return new KeptState(RememberedEntity.unknown(engine, horizon, type), epoch);
        }
        Map<Integer, Long> offsets = new TreeMap<>();
        for (int partitions = bytes.getShort(); partitions > 0; partitions--) {
            offsets.put(bytes.getInt(), bytes.getLong());
        }
        byte[] remembered = new byte[bytes.remaining()];
        bytes.get(remembered);
        KeptState state = new KeptState(RememberedEntity.decode(engine, horizon, type, remembered), epoch);
        state.reached.putAll(offsets);
        return state;
    }

    /** What the script compares; empty where nothing is kept. */
    static byte[] sequence(byte @Nullable [] kept) {
        return kept == null ? new byte[0] : Arrays.copyOfRange(kept, SEQUENCE_AT, SEQUENCE_AT + Long.BYTES);
    }

    /** Whether a message is in it. */
    boolean has(RoutedEvent message) {
        return message.offset() <= reached.getOrDefault(message.partition(), -1L);
    }

    /**
     * Folds in a message that is not in it yet.
     *
     * @param event the message's
     * @return false when its event was known from another message
     */
    boolean fold(RoutedEvent message, FeatureEvent event) {
        reached.put(message.partition(), message.offset());
        return entity.fold(event, message.event().arrivedMs());
    }

    RememberedEntity entity() {
        return entity;
    }

    /** @param sequence greater than that of what it was read from */
    byte[] encode(long sequence) {
        byte[] remembered = entity.encode();
        ByteBuffer bytes = ByteBuffer.allocate(19 + 12 * reached.size() + remembered.length)
                .put(FORMAT)
                .putLong(sequence)
                .putLong(epoch)
                .putShort((short) reached.size());
        reached.forEach((partition, offset) -> bytes.putInt(partition).putLong(offset));
        return bytes.put(remembered).array();
    }
}
