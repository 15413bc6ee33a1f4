package io.tollgate.local.cosmos;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Where a partition key lies among the partitions of a container: MurmurHash3 (x64, 128 bits) of the key's encoding,
 * without the two highest bits, as hexadecimal ("version 2" hashing). The client computes the same value to route
 * batches and change feeds.
 *
 * @see <a href="https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp">MurmurHash3</a>
 */
final class EffectivePartitionKey {
    /** Below every key. */
    static final String MIN = "";

    /** Above every key. */
    static final String MAX = "FF";

    private static final byte STRING_COMPONENT = 8;
    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private EffectivePartitionKey() {}

    static String of(String partitionKey) {
        byte[] utf8 = partitionKey.getBytes(StandardCharsets.UTF_8);
        byte[] component = new byte[utf8.length + 2];
        component[0] = STRING_COMPONENT;
        System.arraycopy(utf8, 0, component, 1, utf8.length);
        component[component.length - 1] = (byte) 0xFF;
        byte[] hash = murmur3(component);
        hash[0] &= 0x3F;
        return HEX.formatHex(hash);
    }

    private static byte[] murmur3(byte[] input) {
        ByteBuffer padded = ByteBuffer.allocate((input.length + 15) / 16 * 16).order(ByteOrder.LITTLE_ENDIAN);
        padded.put(input).rewind();
        long h1 = 0;
        long h2 = 0;
        while (padded.remaining() > 16 || (padded.hasRemaining() && input.length % 16 == 0)) {
            h1 = (Long.rotateLeft(h1 ^ mix1(padded.getLong()), 27) + h2) * 5 + 0x52dce729;
            h2 = (Long.rotateLeft(h2 ^ mix2(padded.getLong()), 31) + h1) * 5 + 0x38495ab5;
        }
        if (padded.hasRemaining()) { // the last, incomplete block: its padding mixes to nothing
            h1 ^= mix1(padded.getLong());
            h2 ^= mix2(padded.getLong());
        }
        h1 ^= input.length;
        h2 ^= input.length;
        h1 += h2;
        h2 += h1;
        h1 = avalanche(h1);
        h2 = avalanche(h2);
        h1 += h2;
        h2 += h1;
        return ByteBuffer.allocate(16).putLong(h2).putLong(h1).array();
    }

    private static long mix1(long block) {
        return Long.rotateLeft(block * C1, 31) * C2;
    }

    private static long mix2(long block) {
        return Long.rotateLeft(block * C2, 33) * C1;
    }

    private static long avalanche(long hash) {
        long h = hash;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
