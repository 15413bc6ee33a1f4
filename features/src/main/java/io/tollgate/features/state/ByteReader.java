package io.tollgate.features.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote, never past the end. Confined to one thread, reusable by {@link #reset}. */
public final class ByteReader {
    private byte[] bytes;
    private int position;
    private int end;

    public ByteReader() {
        this(new byte[0]);
    }

    public ByteReader(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    public void reset(byte[] newBytes, int from, int to) {
        bytes = newBytes;
        position = from;
        end = to;
    }

    public int remaining() {
        return end - position;
    }

    public int fixed8() {
        need(1);
        return bytes[position++] & 0xff;
    }

    public int fixed32() {
        need(4);
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = (value << 8) | (bytes[position++] & 0xff);
        }
        return value;
    }

    public long fixed64() {
        return ((long) fixed32() << 32) | (fixed32() & 0xffffffffL);
    }

    public long fixed40() {
        return ((long) fixed8() << 32) | (fixed32() & 0xffffffffL);
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            need(1);
            byte b = bytes[position++];
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new CorruptStateException("variable-length integer is longer than ten bytes");
    }

    public long zigzag() {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    /** A count of things that take at least a byte each, so no more than there are bytes left. */
    public int count() {
        long value = varint();
        if (value < 0 || value > remaining()) {
            throw new CorruptStateException("count " + value + " with " + remaining() + " bytes left");
        }
        return (int) value;
    }

    public String text() {
        int length = count();
        String value = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return value;
    }

    public byte[] bytes(int length) {
        need(length);
        byte[] copy = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return copy;
    }

    private void need(int count) {
        if (end - position < count) {
            throw new CorruptStateException("ends " + (count - (end - position)) + " bytes early");
        }
    }
}
