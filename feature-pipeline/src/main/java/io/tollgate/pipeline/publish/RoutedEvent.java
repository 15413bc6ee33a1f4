package io.tollgate.pipeline.publish;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An event on the entity topic: which message of the hub it is of, and to whom it goes. The hub's partition and offset,
 * not the entity topic's, say what has been folded in: a fan-out that starts again sends the same once more.
 *
 * @param epoch of the checkpoint that the fan-out ran under, see {@link io.tollgate.pipeline.spark.CheckpointEpoch}
 * @param partition of the hub
 * @param offset in that partition
 */
record RoutedEvent(long epoch, int partition, long offset, EntityEvent event) {
    /** Changes with every incompatible change of these bytes, those of the event included. */
    private static final byte FORMAT = 1;

    private static final int EVENT_AT = 1 + Long.BYTES + Integer.BYTES + Long.BYTES;

    byte[] encode() {
        byte[] encoded = event.encode();
        return ByteBuffer.allocate(EVENT_AT + encoded.length)
                .put(FORMAT)
                .putLong(epoch)
                .putInt(partition)
                .putLong(offset)
                .put(encoded)
                .array();
    }

    /**
     * @throws IllegalStateException when another version of this program has written it
     */
    static RoutedEvent decode(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded);
        byte format = bytes.get();
        if (format != FORMAT) {
            throw new IllegalStateException("the entity topic holds messages of format " + format + ", not " + FORMAT
                    + ": let the version that wrote them finish, or begin anew with another --entity-topic and without"
                    + " the checkpoint of this engine");
        }
        return new RoutedEvent(
                bytes.getLong(),
                bytes.getInt(),
                bytes.getLong(),
                EntityEvent.decode(Arrays.copyOfRange(encoded, EVENT_AT, encoded.length)));
    }
}
