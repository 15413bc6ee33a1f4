package io.tollgate.api.outbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Events that the hub will never take, one JSON object a line. Nothing reads them again but people: what is wrong with
 * them, or with the topic, is theirs to find out. One thread adds.
 */
final class SetAside {
    private final Path file;
    private final long maxBytes;
    private final AtomicLong count = new AtomicLong();

    /**
     * @param maxBytes a hub that refuses more than fits has a fault of its own
     */
    SetAside(Path file, long maxBytes) {
        this.file = file;
        this.maxBytes = maxBytes;
    }

    /**
     * On the device before it returns.
     *
     * @throws IOException when it does not fit; nothing of it is kept then
     */
    void add(OutboxRecord event) throws IOException {
        ByteBuffer line = ByteBuffer.allocate(event.value().length + 1);
        line.put(event.value()).put((byte) '\n').flip();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long end = channel.size();
            if (end + line.remaining() > maxBytes) {
                throw new IOException(file + " holds " + end + " bytes, and is to hold no more than " + maxBytes);
            }
            try {
                for (long at = end; line.hasRemaining(); ) {
                    at += channel.write(line, at);
                }
                channel.force(true);
            } catch (IOException e) {
                channel.truncate(end);
                throw e;
            }
        }
        count.incrementAndGet();
    }

    long count() {
        return count.get();
    }
}
