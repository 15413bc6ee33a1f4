package io.tollgate.features.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Grows a byte array; integers as LEB128 variable-length groups of seven bits. Confined to one thread. */
public final class ByteWriter {
    private byte[] bytes;
    private int size;

    public ByteWriter(int expected) {
        bytes = new byte[expected];
    }

    public int size() {
        return size;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** The backing array, valid up to {@link #size} until the next write. */
    byte[] array() {
        return bytes;
    }

    public void reset() {
        size = 0;
    }

    public ByteWriter fixed8(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** Big-endian. */
    public ByteWriter fixed16(int value) {
        return fixed8(value >>> 8).fixed8(value);
    }

    /** Big-endian. */
    public ByteWriter fixed32(int value) {
        ensure(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Big-endian. */
    public ByteWriter fixed64(long value) {
        return fixed32((int) (value >>> 32)).fixed32((int) value);
    }

    /** Big-endian, the low 40 bits. */
    public ByteWriter fixed40(long value) {
        return fixed8((int) (value >>> 32)).fixed32((int) value);
    }

    /** Unsigned: a negative value takes ten bytes. */
    public ByteWriter varint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /** An unsigned 128-bit number in groups of seven bits, as {@link #varint} writes one of 64. */
    ByteWriter wideVarint(long low, long high) {
        long lowRest = low;
        long highRest = high;
        while (highRest != 0 || (lowRest & ~0x7fL) != 0) {
            fixed8((int) (lowRest | 0x80));
            lowRest = (lowRest >>> 7) | (highRest << 57);
            highRest >>>= 7;
        }
        return fixed8((int) lowRest);
    }

    /** Signed, small magnitudes short (zigzag). */
    public ByteWriter zigzag(long value) {
        return varint((value << 1) ^ (value >> 63));
    }

    public ByteWriter text(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        varint(encoded.length);
        ensure(encoded.length);
        System.arraycopy(encoded, 0, bytes, size, encoded.length);
        size += encoded.length;
        return this;
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
