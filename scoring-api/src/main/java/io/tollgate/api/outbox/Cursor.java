package io.tollgate.api.outbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Up to where events have been acknowledged by the broker: one aligned number in a mapped page, so a kill finds the old
 * value or the new one. An old value only sends events again, which their ids make harmless.
 */
final class Cursor {
    private final ByteBuffer map;

    Cursor(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() < Long.BYTES) {
                // Written, not only mapped: a page without a block on a full disk is a fault when it is touched.
                channel.write(ByteBuffer.allocate(Long.BYTES), 0);
            }
            map = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
        }
    }

    long get() {
        return map.getLong(0);
    }

    /** Confined to the sender. */
    void set(long offset) {
        map.putLong(0, offset);
    }
}
