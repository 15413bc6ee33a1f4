package io.tollgate.local.cosmos;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Resource ids in the form that the SDK takes apart: four bytes for the database, four more for the container with the
 * highest bit set, eight more for an item, in Base64 with "-" for "/".
 */
final class ResourceIds {
    private ResourceIds() {}

    static String database(int number) {
        return encode(ByteBuffer.allocate(4).putInt(number).array());
    }

    static String container(int database, int number) {
        return encode(ByteBuffer.allocate(8)
                .putInt(database)
                .putInt(number | 0x80000000)
                .array());
    }

    /** Unique within a container, which is all that clients may assume of it here. */
    static String item(String rangeId, long lsn) {
        long number = Long.reverseBytes((lsn << 8) | Long.parseLong(rangeId));
        return encode(ByteBuffer.allocate(16)
                .putInt(1)
                .putInt(0x80000001)
                .putLong(number)
                .array());
    }

    private static String encode(byte[] id) {
        return Base64.getEncoder().encodeToString(id).replace('/', '-');
    }
}
