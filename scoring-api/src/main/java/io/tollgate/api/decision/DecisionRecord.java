package io.tollgate.api.decision;

import io.tollgate.features.FeatureVector;
import io.tollgate.features.Lookup;
import io.tollgate.features.MissCause;
import io.tollgate.features.TailEvent;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision as it is kept for retries and for questions: the answer's bytes as they were sent, a digest of the request,
 * who wrote it, and the served vector in about a byte per whole number.
 *
 * <p>Layout (big endian): version (byte), digest (16), writer (long), feature-set hash (int), answer (short length,
 * bytes), groups (byte count; each a byte, then three longs when something was found), vector (short count; each a
 * varint), payments taken from tails (byte count; each a byte length, its id and, since version 2,
 * a short with one bit per group that took it).
 */
@SuppressWarnings("ArrayRecordComponent") // decoded once, never changed, never compared
public record DecisionRecord(
        byte[] digest,
        long writer,
        int featureSetHash,
        byte[] answer,
        List<Lookup> lookups,
        double[] vector,
        List<TailEvent> tail) {
    private static final byte VERSION = 2;

    /** Still read: a replica of the release before may have written it within the idempotency window. */
    private static final byte WITHOUT_TAIL_GROUPS = 1;

    /** The writer of a decision whose event is not known to be in this process's outbox. */
    public static final long NOBODY = 0;

    private static final int DIGEST_AT = Byte.BYTES;
    private static final int WRITER_AT = DIGEST_AT + RequestJson.DIGEST_BYTES;
    private static final int ANSWER_AT = WRITER_AT + Long.BYTES + Integer.BYTES;

    private static final int HIT = 0;
    private static final int STALE = 1;
    private static final int NOT_APPLICABLE = 2;
    private static final int MISSING = 3;
    /** Leaves room for causes behind {@link #MISSING}. A release that does not know it takes the record for damaged. */
    private static final int LAST_KNOWN = 64;

    private static final int FOUND_BYTES = 1 + 3 * Long.BYTES;
    /** The position is what is stored: append only. */
    private static final List<MissCause> CAUSES = List.of(
            MissCause.NEW_ENTITY,
            MissCause.EXPIRED,
            MissCause.TIMEOUT,
            MissCause.UNAVAILABLE,
            MissCause.VERSION_SKEW,
            MissCause.CORRUPT,
            MissCause.SHED);

    /** Whole numbers up to here survive the shift of the varint's tag and zigzag bits. */
    private static final double EXACT = 1L << 53;

    private static final int MAX_VARINT = 10;

    /** A length, an identifier of at most 64 characters and a bit for each of at most 16 groups. */
    private static final int TAIL_BYTES = 67;

    /** Two tails of 4 kB hold fewer payments. */
    private static final int MAX_TAIL = 255;

    /** Whether this decision was made on the same request. */
    boolean isFor(byte[] otherDigest) {
        return Arrays.equals(digest, otherDigest);
    }

    static DecisionRecord of(Payment payment, long writer, int featureSetHash, byte[] answer) {
        FeatureVector vector = payment.vector();
        return new DecisionRecord(
                payment.digest(),
                writer,
                featureSetHash,
                answer,
                vector.lookups(),
                vector.values(),
                vector.tailEvents());
    }

    /** The same decision, vouched for by another process: its event is in that one's outbox. */
    public DecisionRecord writtenBy(long other) {
        return new DecisionRecord(digest, other, featureSetHash, answer, lookups, vector, tail);
    }

    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(64
                + answer.length
                + lookups.size() * FOUND_BYTES
                + vector.length * MAX_VARINT
                + tail.size() * TAIL_BYTES);
        out.put(VERSION).put(digest).putLong(writer).putInt(featureSetHash);
        out.putShort((short) answer.length).put(answer);
        out.put((byte) lookups.size());
        for (Lookup lookup : lookups) {
            putLookup(out, lookup);
        }
        out.putShort((short) vector.length);
        for (double value : vector) {
            putNumber(out, value);
        }
        putTail(out, tail);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** The record, or null when the bytes are not one: a damaged record is as good as none. */
    public static @Nullable DecisionRecord decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION && version != WITHOUT_TAIL_GROUPS) {
                return null;
            }
            byte[] digest = new byte[RequestJson.DIGEST_BYTES];
            in.get(digest);
            long writer = in.getLong();
            int hash = in.getInt();
            byte[] answer = new byte[in.getShort() & 0xFFFF];
            in.get(answer);
            int groups = in.get() & 0xFF;
            List<Lookup> lookups = new ArrayList<>(groups);
            for (int i = 0; i < groups; i++) {
                lookups.add(getLookup(in));
            }
            double[] vector = new double[in.getShort() & 0xFFFF];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = getNumber(in);
            }
            return new DecisionRecord(digest, writer, hash, answer, lookups, vector, getTail(in, version));
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    /**
     * Whether these are this decision's bytes, by request and answer, whoever wrote it.
     *
     * @param encoded a whole record, from index 0
     */
    public boolean isEncodedIn(ByteBuffer encoded) {
        int length = encoded.getShort(ANSWER_AT) & 0xFFFF;
        return encoded.slice(DIGEST_AT, RequestJson.DIGEST_BYTES).equals(ByteBuffer.wrap(digest))
                && encoded.slice(ANSWER_AT + Short.BYTES, length).equals(ByteBuffer.wrap(answer));
    }

    /**
     * {@link #writtenBy} in place.
     *
     * @param encoded a whole record, from index 0
     */
    public static void setWriter(ByteBuffer encoded, long writer) {
        encoded.putLong(WRITER_AT, writer);
    }

    private static void putTail(ByteBuffer out, List<TailEvent> events) {
        int count = Math.min(events.size(), MAX_TAIL);
        out.put((byte) count);
        for (TailEvent event : events.subList(0, count)) {
            byte[] bytes = event.eventId().getBytes(StandardCharsets.US_ASCII);
            out.put((byte) bytes.length).put(bytes).putShort((short) event.groups());
        }
    }

    private static List<TailEvent> getTail(ByteBuffer in, byte version) {
        int count = in.get() & 0xFF;
        List<TailEvent> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] id = new byte[in.get() & 0xFF];
            in.get(id);
            int groups = version == WITHOUT_TAIL_GROUPS ? 0 : in.getShort() & 0xFFFF;
            events.add(new TailEvent(new String(id, StandardCharsets.US_ASCII), groups));
        }
        return events;
    }

    private static void putLookup(ByteBuffer out, Lookup lookup) {
        if (lookup instanceof Lookup.Hit hit) {
            out.put((byte) HIT)
                    .putLong(hit.asOfMs())
                    .putLong(hit.publishedAtMs())
                    .putLong(hit.sequence());
        } else if (lookup instanceof Lookup.Stale stale) {
            out.put((byte) STALE)
                    .putLong(stale.asOfMs())
                    .putLong(stale.publishedAtMs())
                    .putLong(stale.sequence());
        } else if (lookup instanceof Lookup.LastKnown known) {
            out.put((byte) (LAST_KNOWN + CAUSES.indexOf(known.cause())))
                    .putLong(known.asOfMs())
                    .putLong(known.publishedAtMs())
                    .putLong(known.sequence());
        } else if (lookup instanceof Lookup.Missing missing) {
            out.put((byte) (MISSING + CAUSES.indexOf(missing.cause())));
        } else {
            out.put((byte) NOT_APPLICABLE);
        }
    }

    private static Lookup getLookup(ByteBuffer in) {
        int tag = in.get();
        return switch (tag) {
            case HIT -> new Lookup.Hit(in.getLong(), in.getLong(), in.getLong());
            case STALE -> new Lookup.Stale(in.getLong(), in.getLong(), in.getLong());
            case NOT_APPLICABLE -> Lookup.NOT_APPLICABLE;
            default ->
                tag >= LAST_KNOWN
                        ? new Lookup.LastKnown(in.getLong(), in.getLong(), in.getLong(), CAUSES.get(tag - LAST_KNOWN))
                        : new Lookup.Missing(CAUSES.get(tag - MISSING));
        };
    }

    /** Whole numbers as a zigzag varint with the lowest bit set, all others as a zero byte and their eight bytes. */
    private static void putNumber(ByteBuffer out, double value) {
        long whole = (long) value;
        boolean exact = Double.doubleToRawLongBits((double) whole) == Double.doubleToRawLongBits(value)
                && Math.abs(value) < EXACT;
        if (!exact) {
            out.put((byte) 0).putDouble(value);
            return;
        }
        long rest = (((whole << 1) ^ (whole >> 63)) << 1) | 1;
        while ((rest & ~0x7FL) != 0) {
            out.put((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static double getNumber(ByteBuffer in) {
        byte first = in.get();
        if (first == 0) {
            return in.getDouble();
        }
        long bits = first & 0x7F;
        for (int shift = 7; first < 0; shift += 7) {
            first = in.get();
            bits |= (long) (first & 0x7F) << shift;
        }
        long zigzag = bits >>> 1;
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }
}
