package io.tollgate.pipeline.publish;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that one entity's batch changes in Redis, written in one atomic step: its keys share a cluster slot.
 *
 * <p>Travels between Spark stages as bytes: the row encoders have no type for it, and bytes are what Redis gets anyway.
 *
 * @param tailKey the entity's tail; empty when it has none
 * @param foldedIds of the payments folded in, eight bytes each one after the other: they leave the tail
 * @param decidedAtMs when the payments folded in were decided, milliseconds since the epoch; kept for one entity per
 *     payment only, so that freshness counts each payment once
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to a socket, never compared
record EntityUpdate(List<Write> writes, byte[] tailKey, byte[] foldedIds, long[] decidedAtMs) {

    /**
     * One key.
     *
     * @param timeToLiveMs before jitter
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Write(byte[] key, byte[] blob, long timeToLiveMs) {}

    /**
     * What readers must see of a state that has changed.
     *
     * @param decidedAtMs see the record
     */
    static EntityUpdate of(
            FeatureEngine engine,
            EntityRef entity,
            EntityState state,
            byte[] foldedIds,
            List<Long> decidedAtMs,
            long sequence) {
        List<Write> writes = new ArrayList<>();
        for (Published published : state.publish(entity.idHash(), sequence, System.currentTimeMillis())) {
            writes.add(new Write(
                    published.key(), published.blob(), published.timeToLive().toMillis()));
        }
        byte[] tailKey = engine.featureSet().tails().contains(entity.type())
                ? engine.tailKey(entity.type(), entity.idHash())
                : new byte[0];
        return new EntityUpdate(
                writes,
                tailKey,
                foldedIds,
                decidedAtMs.stream().mapToLong(Long::longValue).toArray());
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(writes.size());
            for (Write write : writes) {
                out.writeInt(write.key().length);
                out.write(write.key());
                out.writeInt(write.blob().length);
                out.write(write.blob());
                out.writeLong(write.timeToLiveMs());
            }
            out.writeInt(tailKey.length);
            out.write(tailKey);
            out.writeInt(foldedIds.length);
            out.write(foldedIds);
            out.writeInt(decidedAtMs.length);
            for (long decidedAt : decidedAtMs) {
                out.writeLong(decidedAt);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    static EntityUpdate decode(byte[] encoded) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded))) {
            int count = in.readInt();
            List<Write> writes = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                byte[] key = in.readNBytes(in.readInt());
                byte[] blob = in.readNBytes(in.readInt());
                writes.add(new Write(key, blob, in.readLong()));
            }
            byte[] tailKey = in.readNBytes(in.readInt());
            byte[] foldedIds = in.readNBytes(in.readInt());
            long[] decidedAt = new long[in.readInt()];
            for (int i = 0; i < decidedAt.length; i++) {
                decidedAt[i] = in.readLong();
            }
            return new EntityUpdate(writes, tailKey, foldedIds, decidedAt);
        } catch (IOException e) {
            throw new UncheckedIOException("an update must be what encode() wrote", e);
        }
    }
}
