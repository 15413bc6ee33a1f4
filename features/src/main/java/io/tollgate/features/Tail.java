package io.tollgate.features;

import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.state.ByteReader;
import io.tollgate.features.state.ByteWriter;
import io.tollgate.features.state.CorruptStateException;
import io.tollgate.features.state.Observation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Payments that the service decided and the publisher may not have folded in yet, so that an entity's next payment sees
 * the last one at once. An accelerator only: without it nothing is wrong, just later.
 *
 * <p>A tail is a run of entries, each appended whole: two bytes of length, big-endian; eight bytes of the event id's
 * hash, by which the publisher takes out what it has folded in; the event.
 */
public final class Tail {
    /** Beyond this the oldest entries go: some thirty payments, of which the publisher is then far behind. */
    public static final int MAX_BYTES = 4_096;

    public static final int LENGTH_BYTES = 2;
    public static final int ID_BYTES = 8;
    private static final int HEADER_BYTES = LENGTH_BYTES + ID_BYTES;

    private Tail() {}

    /**
     * One entry to append.
     *
     * @param key see {@link FeatureEngine#keys}
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way to a socket, never compared
    public record Append(byte[] key, byte[] entry) {}

    /** The entry of a payment. */
    public static byte[] entry(FeatureEvent.Decided event) {
        byte[] payload = EventCodec.encode(event);
        ByteWriter out = new ByteWriter(HEADER_BYTES + payload.length);
        out.fixed8(payload.length >>> 8).fixed8(payload.length);
        out.fixed64(Observation.idHash(event.eventId()));
        ByteBuffer entry = ByteBuffer.allocate(HEADER_BYTES + payload.length);
        return entry.put(out.toByteArray()).put(payload).array();
    }

    /** The eight bytes by which an entry is found again. */
    public static byte[] id(String eventId) {
        return new ByteWriter(ID_BYTES).fixed64(Observation.idHash(eventId)).toByteArray();
    }

    /**
     * The payments of a tail, in the order they were appended.
     *
     * @throws CorruptStateException when the bytes are no tail
     */
    static List<FeatureEvent.Decided> read(byte[] tail) {
        List<FeatureEvent.Decided> events = new ArrayList<>();
        ByteReader in = new ByteReader(tail);
        while (in.remaining() > 0) {
            int length = in.fixed8() << 8 | in.fixed8();
            in.fixed64();
            if (EventCodec.decode(in.bytes(length)) instanceof FeatureEvent.Decided decided) {
                events.add(decided);
            } else {
                throw new CorruptStateException("a tail holds payments only");
            }
        }
        return events;
    }
}
