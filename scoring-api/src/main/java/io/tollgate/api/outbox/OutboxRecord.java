package io.tollgate.api.outbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * One event as it lies in the outbox: all that a broker needs, nothing that must be computed again.
 *
 * @param key decides the partition; the card's id hash
 * @param eventId unique for ever
 * @param timeMs when the decision fell, milliseconds since the epoch
 * @param traceparent W3C trace context of the request that caused the event
 * @param value the event's JSON
 */
@SuppressWarnings("ArrayRecordComponent") // written once and never changed; equality is by content below
public record OutboxRecord(String key, String eventId, long timeMs, String traceparent, byte[] value) {

    /** Far above any event (a request of 16 KB at most and a vector); a bound so that a torn length is recognised. */
    static final int MAX_BYTES = 256 * 1024;

    /** Encoded size in bytes. All texts are ASCII by construction: hashes, identifiers, trace context. */
    int size() {
        return 3 * Short.BYTES + key.length() + eventId.length() + traceparent.length() + Long.BYTES + value.length;
    }

    void encode(ByteBuffer out) {
        putText(out, key);
        putText(out, eventId);
        putText(out, traceparent);
        out.putLong(timeMs);
        out.put(value);
    }

    static OutboxRecord decode(ByteBuffer in) {
        String key = getText(in);
        String eventId = getText(in);
        String traceparent = getText(in);
        long timeMs = in.getLong();
        byte[] value = new byte[in.remaining()];
        in.get(value);
        return new OutboxRecord(key, eventId, timeMs, traceparent, value);
    }

    private static void putText(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        out.putShort((short) bytes.length);
        out.put(bytes);
    }

    private static String getText(ByteBuffer in) {
        byte[] bytes = new byte[in.getShort() & 0xFFFF];
        in.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OutboxRecord that
                && key.equals(that.key)
                && eventId.equals(that.eventId)
                && timeMs == that.timeMs
                && traceparent.equals(that.traceparent)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, eventId, timeMs);
    }

    @Override
    public String toString() {
        return "OutboxRecord[" + eventId + ", " + value.length + " bytes]";
    }
}
