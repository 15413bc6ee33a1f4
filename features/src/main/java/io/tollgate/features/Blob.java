package io.tollgate.features;

import io.tollgate.features.state.ByteReader;
import io.tollgate.features.state.ByteWriter;
import io.tollgate.features.state.CorruptStateException;
import io.tollgate.features.state.GroupState;
import io.tollgate.features.state.StateCodec;
import io.tollgate.features.state.WindowRings;
import java.util.zip.CRC32C;

/**
 * A group as it stands in the store: a header at fixed offsets, so that a script can compare sequences without knowing
 * more; the published state; a checksum.
 *
 * <pre>
 * offset  bytes
 *      0      1  format version
 *      1      4  feature-set hash, big-endian
 *      5      8  sequence of the publisher's batch, big-endian: compared as unsigned bytes, the greater is the newer
 *     13      6  published at, milliseconds since the epoch, big-endian
 *     19      n  state
 *   19+n      4  CRC-32C (RFC 3720) of all before it, big-endian
 * </pre>
 */
public final class Blob {
    /** Changes with every incompatible change of these bytes. */
    public static final int FORMAT = 3;

    public static final int SEQUENCE_OFFSET = 5;
    public static final int SEQUENCE_BYTES = 8;
    private static final int PUBLISHED_OFFSET = SEQUENCE_OFFSET + SEQUENCE_BYTES;
    private static final int BODY_OFFSET = PUBLISHED_OFFSET + 6;
    private static final int CHECKSUM_BYTES = 4;

    /** A blob that a reader looks at; the published limit is far below. */
    private static final int MAX_BYTES = 1 << 20;

    private Blob() {}

    /** Why a blob cannot be used, or that it can. */
    enum Usability {
        USABLE,
        OTHER_VERSION,
        CORRUPT
    }

    static byte[] write(GroupState state, int setHash, long sequence, long publishedAtMs) {
        ByteWriter out = new ByteWriter(256);
        out.fixed8(FORMAT)
                .fixed32(setHash)
                .fixed64(sequence)
                .fixed16((int) (publishedAtMs >>> 32))
                .fixed32((int) publishedAtMs);
        StateCodec.writePublished(state, out);
        byte[] unsigned = out.toByteArray();
        return out.fixed32(checksum(unsigned, unsigned.length)).toByteArray();
    }

    static Usability check(byte[] blob, int setHash) {
        if (blob.length < BODY_OFFSET + CHECKSUM_BYTES || blob.length > MAX_BYTES) {
            return Usability.CORRUPT;
        }
        ByteReader in = new ByteReader(blob);
        if (in.fixed8() != FORMAT || in.fixed32() != setHash) {
            return Usability.OTHER_VERSION;
        }
        in.reset(blob, blob.length - CHECKSUM_BYTES, blob.length);
        return in.fixed32() == checksum(blob, blob.length - CHECKSUM_BYTES) ? Usability.USABLE : Usability.CORRUPT;
    }

    /**
     * Reads the state of a usable blob.
     *
     * @throws CorruptStateException when it was written for another plan all the same
     */
    static void read(byte[] blob, ByteReader in, GroupState state) {
        in.reset(blob, BODY_OFFSET, blob.length - CHECKSUM_BYTES);
        StateCodec.readPublished(in, state);
        checkEnd(in);
    }

    /** The same, with the tiles summed into windows instead of kept. */
    static void read(byte[] blob, ByteReader in, GroupState state, WindowRings rings) {
        in.reset(blob, BODY_OFFSET, blob.length - CHECKSUM_BYTES);
        StateCodec.readSumming(in, state, rings);
        checkEnd(in);
    }

    private static void checkEnd(ByteReader in) {
        if (in.remaining() != 0) {
            throw new CorruptStateException(in.remaining() + " bytes too many");
        }
    }

    /** Sequence of a blob that is long enough to have one. */
    public static long sequence(byte[] blob) {
        return longAt(blob, SEQUENCE_OFFSET);
    }

    static long publishedAtMs(byte[] blob) {
        // The two bytes before are the sequence's.
        return longAt(blob, PUBLISHED_OFFSET - 2) & 0xffff_ffff_ffffL;
    }

    private static long longAt(byte[] blob, int offset) {
        ByteReader in = new ByteReader();
        in.reset(blob, offset, blob.length);
        return in.fixed64();
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
