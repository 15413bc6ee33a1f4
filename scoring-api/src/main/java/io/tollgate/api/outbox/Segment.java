package io.tollgate.api.outbox;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of the outbox, mapped into memory: entries of {@code length (int), CRC-32C (int), payload}, each starting at a
 * multiple of four, ended by a length of zero.
 *
 * <p>The length is written last and with release semantics: a reader in this process sees whole entries only, and after a
 * kill the checksum tells a torn entry from a whole one. The file is filled with zeros when it is made, so that a full
 * disk shows then, as an exception, and not later as a fault in a mapped page (SIGBUS).
 */
final class Segment {
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int HEADER = 2 * Integer.BYTES;
    private static final int ALIGNMENT = Integer.BYTES;
    private static final byte[] ZEROS = new byte[1 << 16];

    private final Path file;
    private final long baseOffset;
    private final MappedByteBuffer map;

    private Segment(Path file, long baseOffset, MappedByteBuffer map) {
        this.file = file;
        this.baseOffset = baseOffset;
        this.map = map;
    }

    /** Makes a file of zeros, whole or not at all. */
    static void allocate(Path file, int bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int written = 0; written < bytes; ) {
                written += channel.write(ByteBuffer.wrap(ZEROS, 0, Math.min(ZEROS.length, bytes - written)));
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    static Segment map(Path file, long baseOffset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
            return new Segment(file, baseOffset, map);
        }
    }

    long baseOffset() {
        return baseOffset;
    }

    int capacity() {
        return map.capacity();
    }

    static int entrySize(int payload) {
        return (HEADER + payload + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Whether an entry and the zero after it fit. */
    boolean fits(int position, int payload) {
        return position + entrySize(payload) + Integer.BYTES <= capacity();
    }

    /** Writes one entry; callers take turns. */
    void write(int position, ByteBuffer payload, CRC32C crc) {
        int length = payload.remaining();
        crc.reset();
        crc.update(payload.duplicate());
        map.put(position + HEADER, payload, payload.position(), length);
        map.putInt(position + Integer.BYTES, (int) crc.getValue());
        INT.setRelease(map, position, length);
    }

    /** The payload of the entry at {@code position}, or null when there is none, or a torn one. */
    @Nullable
    ByteBuffer read(int position, CRC32C crc) {
        if (position + HEADER > capacity()) {
            return null;
        }
        int length = (int) INT.getAcquire(map, position);
        if (length <= 0 || length > OutboxRecord.MAX_BYTES || position + HEADER + length > capacity()) {
            return null;
        }
        ByteBuffer payload = map.slice(position + HEADER, length);
        crc.reset();
        crc.update(payload.duplicate());
        return (int) crc.getValue() == map.getInt(position + Integer.BYTES) ? payload : null;
    }

    /** Erases everything from {@code position}: what a torn write left must not look like an entry later. */
    void zeroFrom(int position) {
        for (int at = position; at < capacity(); ) {
            int length = Math.min(ZEROS.length, capacity() - at);
            map.put(at, ZEROS, 0, length);
            at += length;
        }
    }

    void force() {
        map.force();
    }

    /**
     * Gives the disk its room back at once: cut to nothing first, because a file without a name keeps its blocks for as
     * long as it is mapped, which is until the buffer is collected. Nobody may read or write this segment any more.
     */
    void delete() throws IOException {
        if (Files.exists(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        }
        Files.deleteIfExists(file);
    }
}
