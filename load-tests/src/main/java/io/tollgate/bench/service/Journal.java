package io.tollgate.bench.service;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A memory-mapped file that is written from its start again when it is full. Confined to one thread. */
final class Journal {
    /** One of the service's outbox segments. */
    static final int BYTES = 16 << 20;

    private final MappedByteBuffer map;

    Journal(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            map = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
        }
        // Pages that were never touched would be faulted in while the clock runs; the service's segments are written
        // too.
        for (int i = 0; i < BYTES; i += 1 << 12) {
            map.put(i, (byte) 0);
        }
    }

    void append(byte[] event) {
        if (map.remaining() < event.length) {
            map.rewind();
        }
        map.put(event);
    }
}
