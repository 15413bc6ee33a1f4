package io.tollgate.features.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote, never past the end. Confined to one thread, reusable by {@link #reset}. */
public final class ByteReader {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int position;
    private int end;
    private long wideHigh;

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
        int value = (int) INTS.get(bytes, position);
        position += 4;
        return value;
    }

    public long fixed64() {
        return ((long) fixed32() << 32) | (fixed32() & 0xffffffffL);
    }

    public long fixed40() {
        need(5);
        long value = (bytes[position] & 0xffL) << 32 | ((int) INTS.get(bytes, position + 1) & 0xffffffffL);
        position += 5;
        return value;
    }

    /** One byte is the most usual; beyond, lengths are hard to predict, so there is no branch for each byte. */
    public long varint() {
        if (position < end && bytes[position] >= 0) {
            return bytes[position++];
        }
        return longVarint();
    }

    private long longVarint() {
        if (position > bytes.length - Long.BYTES) {
            return varintBytewise();
        }
        long word = (long) LONGS.get(bytes, position);
        long ends = ~word & 0x8080_8080_8080_8080L;
        int length = (Long.numberOfTrailingZeros(ends) >>> 3) + 1; // 9 when none of the eight is the last
        if (length > end - position || length > Long.BYTES) {
            return varintBytewise();
        }
        position += length;
        word &= ends ^ (ends - 1); // up to the end of the last byte
        word = (word & 0x7f00_7f00_7f00_7f00L) >>> 1 | (word & 0x007f_007f_007f_007fL);
        word = (word & 0x3fff_0000_3fff_0000L) >>> 2 | (word & 0x0000_3fff_0000_3fffL);
        return (word & 0x0fff_ffff_0000_0000L) >>> 4 | (word & 0x0000_0000_0fff_ffffL);
    }

    private long varintBytewise() {
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

    /** The counterpart of {@link ByteWriter#wideVarint}: its low half; the high one is {@link #wideHigh}. */
    long wideVarint() {
        long low = 0;
        long high = 0;
        for (int shift = 0; shift < 128; shift += 7) {
            need(1);
            byte b = bytes[position++];
            long group = b & 0x7fL;
            if (shift < 64) {
                low |= group << shift;
            }
            if (shift > 57) {
                high |= shift < 64 ? group >>> (64 - shift) : group << (shift - 64);
            }
            if (b >= 0) {
                wideHigh = high;
                return low;
            }
        }
        throw new CorruptStateException("variable-length integer is longer than nineteen bytes");
    }

    /** High half of the last {@link #wideVarint}. */
    long wideHigh() {
        return wideHigh;
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
