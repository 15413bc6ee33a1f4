package io.tollgate.pipeline.publish;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An event on its way to one of the entities that it changes. Travels through Spark as bytes: for a row of columns each
 * task of each batch would generate and look up conversion code, which costs more than the conversion.
 *
 * @param entity see {@link EntityKey}
 * @param event as its codec writes it
 * @param decidedAtMs when the payment was decided, milliseconds since the epoch; {@link #NOT_COUNTED} where freshness
 *     does not count it
 * @param arrivedMs when its message arrived on the log, milliseconds since the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EntityEvent(String entity, byte[] event, long decidedAtMs, long arrivedMs) {
    static final long NOT_COUNTED = -1;

    private static final int ENTITY_AT = 2 * Long.BYTES;

    byte[] encode() {
        byte[] key = entity.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(ENTITY_AT + 1 + key.length + event.length)
                .putLong(decidedAtMs)
                .putLong(arrivedMs)
                .put((byte) key.length)
                .put(key)
                .put(event)
                .array();
    }

    static EntityEvent decode(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded);
        long decidedAtMs = bytes.getLong();
        long arrivedMs = bytes.getLong();
        bytes.position(ENTITY_AT + 1 + encoded[ENTITY_AT]);
        byte[] event = new byte[bytes.remaining()];
        bytes.get(event);
        return new EntityEvent(entityOf(encoded), event, decidedAtMs, arrivedMs);
    }

    /** The entity alone. */
    static String entityOf(byte[] encoded) {
        return new String(encoded, ENTITY_AT + 1, encoded[ENTITY_AT], StandardCharsets.US_ASCII);
    }
}
