package io.tollgate.pipeline.history;

import io.tollgate.features.EventCodec;
import io.tollgate.features.EventOrder;
import io.tollgate.features.domain.FeatureEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Events of one entity and millisecond, concatenated with their lengths. */
public final class SameInstant {
    private SameInstant() {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Event(FeatureEvent decoded, byte[] encoded) {}

    static byte[] add(byte[] events, byte[] event) {
        return ByteBuffer.allocate(events.length + Integer.BYTES + event.length)
                .put(events)
                .putInt(event.length)
                .put(event)
                .array();
    }

    static List<Event> inOrder(byte[] events) {
        ByteBuffer bytes = ByteBuffer.wrap(events);
        List<Event> decoded = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] event = new byte[bytes.getInt()];
            bytes.get(event);
            decoded.add(new Event(EventCodec.decode(event), event));
        }
        decoded.sort(Comparator.comparing(Event::decoded, EventOrder.COMPARATOR));
        return decoded;
    }
}
