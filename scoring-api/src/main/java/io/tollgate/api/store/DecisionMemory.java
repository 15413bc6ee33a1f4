package io.tollgate.api.store;

import io.tollgate.api.decision.DecisionRecord;
import io.tollgate.features.key.SipHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The latest decisions of this process as bytes in rings: all memory is taken at the start, and a collector has nothing to
 * copy, to trace or to promote, however many decisions live between two collections. A new decision is written over the
 * oldest.
 *
 * <p>Several rings, told apart by the id's hash, so that event loops seldom meet. Thread-safe: each ring is locked for as
 * long as it takes to copy a record, some hundred bytes.
 */
final class DecisionMemory {
    /** A power of two; more than there are event loops on most machines. */
    private static final int STRIPES = 16;

    /** Where the smallest ring still holds three records, see {@link Stripe}. */
    private static final int MIN_STRIPE_BYTES = 1 << 10;

    /** An array's length is an int. */
    private static final int MAX_STRIPE_BYTES = 1 << 30;

    private final Stripe[] stripes;
    private final LongSupplier nanoClock;
    private final ToLongFunction<byte[]> hash;

    /**
     * @param bytes of all rings and their indexes together, 1 MB to 16 GB; a decision takes some 800
     * @param window how long a decision is held at most
     */
    DecisionMemory(long bytes, Duration window) {
        this(bytes, window, STRIPES, System::nanoTime, secretHash());
    }

    /**
     * @param stripes a power of two
     * @param hash of an id; ids may share one
     */
    DecisionMemory(long bytes, Duration window, int stripes, LongSupplier nanoClock, ToLongFunction<byte[]> hash) {
        long share = bytes / stripes;
        if (share < MIN_STRIPE_BYTES || share > MAX_STRIPE_BYTES) {
            throw new IllegalArgumentException(
                    "a memory of " + bytes + " bytes cannot be held in " + stripes + " rings");
        }
        this.stripes = new Stripe[stripes];
        Arrays.setAll(this.stripes, i -> new Stripe((int) share, window.toNanos()));
        this.nanoClock = nanoClock;
        this.hash = hash;
    }

    /** Ids come from clients, who must not be able to choose such as share a slot. */
    private static ToLongFunction<byte[]> secretHash() {
        SecureRandom random = new SecureRandom();
        return new SipHash(random.nextLong(), random.nextLong())::hash;
    }

    /** A copy of the record that is held, or null. */
    byte @Nullable [] get(String id) {
        byte[] key = key(id);
        long hashed = hash.applyAsLong(key);
        return stripe(hashed).get(key, (int) hashed, nanoClock.getAsLong());
    }

    /**
     * Holds a record in place of what was held. One that is larger than a ring is not held.
     *
     * @param record {@linkplain DecisionRecord#encode() encoded}
     * @param writer held in place of the one that it names
     */
    void put(String id, byte[] record, long writer) {
        byte[] key = key(id);
        long hashed = hash.applyAsLong(key);
        stripe(hashed).put(key, (int) hashed, record, writer, nanoClock.getAsLong());
    }

    /** As {@link #put}, unless one is held: then a copy of that. */
    byte @Nullable [] putIfAbsent(String id, byte[] record, long writer) {
        byte[] key = key(id);
        long hashed = hash.applyAsLong(key);
        return stripe(hashed).putIfAbsent(key, (int) hashed, record, writer, nanoClock.getAsLong());
    }

    /**
     * Changes who vouches for a decision's event to the one that this record names, in place.
     *
     * @return false when this very decision is not held
     */
    boolean vouch(String id, DecisionRecord decision) {
        byte[] key = key(id);
        long hashed = hash.applyAsLong(key);
        return stripe(hashed).vouch(key, (int) hashed, decision, nanoClock.getAsLong());
    }

    private static byte[] key(String id) {
        return id.getBytes(StandardCharsets.US_ASCII);
    }

    /** By bits that the slot in a stripe's index does not depend on. */
    private Stripe stripe(long hashed) {
        return stripes[(int) (hashed >>> Integer.SIZE) & (stripes.length - 1)];
    }

    /**
     * One ring, and an index of the ids in it by linear probing. Every record lies in one piece; what is left at the end of
     * the ring when the next one does not fit stays unused until the ring comes round.
     *
     * <p>Between {@code oldest} and {@code next} lie entries in the order of their writing. When the ring has come round,
     * that stretch leads over {@code end}, behind which there is nothing, to the ring's beginning.
     *
     * <p>An entry (big endian): its size (int), the id's hash (int), when it was written (long, nanoseconds), the id (byte
     * length, bytes), the record.
     */
    private static final class Stripe {
        private static final int HASH = Integer.BYTES;
        private static final int WRITTEN = HASH + Integer.BYTES;
        private static final int ID_LENGTH = WRITTEN + Long.BYTES;
        private static final int ID = ID_LENGTH + Byte.BYTES;
        private static final int MAX_ID = 255;

        /** Of the bound, for each slot of the index: a quarter of a record, so that most slots are free. */
        private static final int BYTES_PER_SLOT = 256;

        private static final int FREE = 0;
        private static final int NONE = -1;

        private final ByteBuffer ring;
        /** Of power-of-two length. An entry's position and one, or {@link #FREE}. */
        private final int[] index;

        private final long windowNanos;

        /** Slots in use. Three quarters at most: were none free, looking for one would not end. */
        private int held;

        private int oldest;
        private int next;
        private int end;
        private boolean cameRound;

        Stripe(int bytes, long windowNanos) {
            this.index = new int[Integer.highestOneBit(bytes / BYTES_PER_SLOT)];
            this.ring = ByteBuffer.allocate(bytes - index.length * Integer.BYTES);
            this.windowNanos = windowNanos;
        }

        synchronized byte @Nullable [] get(byte[] id, int hash, long now) {
            int slot = find(id, hash, now);
            return slot == NONE ? null : copy(index[slot] - 1);
        }

        synchronized byte @Nullable [] putIfAbsent(byte[] id, int hash, byte[] record, long writer, long now) {
            byte[] standing = get(id, hash, now);
            if (standing == null) {
                put(id, hash, record, writer, now);
            }
            return standing;
        }

        synchronized void put(byte[] id, int hash, byte[] record, long writer, long now) {
            int before = slotOf(id, hash);
            if (before != NONE) {
                release(before);
            }
            int size = ID + id.length + record.length;
            if (id.length > MAX_ID || size > ring.capacity()) {
                return;
            }
            makeRoom(size);
            int at = next;
            next += size;
            ring.putInt(at, size);
            ring.putInt(at + HASH, hash);
            ring.putLong(at + WRITTEN, now);
            ring.put(at + ID_LENGTH, (byte) id.length);
            ring.put(at + ID, id);
            ring.put(at + ID + id.length, record);
            DecisionRecord.setWriter(record(at), writer);
            int slot = home(hash);
            while (index[slot] != FREE) {
                slot = following(slot);
            }
            index[slot] = at + 1;
            held++;
        }

        synchronized boolean vouch(byte[] id, int hash, DecisionRecord decision, long now) {
            int slot = find(id, hash, now);
            if (slot == NONE) {
                return false;
            }
            ByteBuffer record = record(index[slot] - 1);
            boolean same = decision.isEncodedIn(record);
            if (same) {
                DecisionRecord.setWriter(record, decision.writer());
            }
            return same;
        }

        private int find(byte[] id, int hash, long now) {
            int slot = slotOf(id, hash);
            return slot != NONE && now - ring.getLong(index[slot] - 1 + WRITTEN) < windowNanos ? slot : NONE;
        }

        private int slotOf(byte[] id, int hash) {
            for (int slot = home(hash); index[slot] != FREE; slot = following(slot)) {
                int at = index[slot] - 1;
                if (ring.getInt(at + HASH) == hash && isOf(at, id)) {
                    return slot;
                }
            }
            return NONE;
        }

        private boolean isOf(int at, byte[] id) {
            int from = at + ID;
            return (ring.get(at + ID_LENGTH) & 0xFF) == id.length
                    && Arrays.equals(ring.array(), from, from + id.length, id, 0, id.length);
        }

        private ByteBuffer record(int at) {
            int from = ID + (ring.get(at + ID_LENGTH) & 0xFF);
            return ring.slice(at + from, ring.getInt(at) - from);
        }

        private byte[] copy(int at) {
            ByteBuffer record = record(at);
            byte[] copy = new byte[record.remaining()];
            record.get(copy);
            return copy;
        }

        /** Afterwards an entry of this size can be written at {@code next}, and its slot is free. */
        private void makeRoom(int size) {
            while (held >= index.length - index.length / 4) {
                forgetOldest();
            }
            if (next + size > ring.capacity()) {
                while (cameRound) {
                    forgetOldest();
                }
                end = next;
                next = 0;
                cameRound = true;
            }
            while (cameRound && oldest < next + size) {
                forgetOldest();
            }
        }

        private void forgetOldest() {
            int slot = home(ring.getInt(oldest + HASH));
            while (index[slot] != FREE && index[slot] != oldest + 1) {
                slot = following(slot);
            }
            // Free: another entry has taken this one's place.
            if (index[slot] != FREE) {
                release(slot);
            }
            oldest += ring.getInt(oldest);
            if (cameRound && oldest == end) {
                oldest = 0;
                cameRound = false;
            }
        }

        /** Moves up those behind it that would not be found any more (Knuth, TAOCP 3, 6.4, algorithm R). */
        private void release(int slot) {
            int gap = slot;
            for (int other = following(gap); index[other] != FREE; other = following(other)) {
                int home = home(ring.getInt(index[other] - 1 + HASH));
                if (distance(home, other) >= distance(gap, other)) {
                    index[gap] = index[other];
                    gap = other;
                }
            }
            index[gap] = FREE;
            held--;
        }

        private int home(int hash) {
            return hash & (index.length - 1);
        }

        private int following(int slot) {
            return (slot + 1) & (index.length - 1);
        }

        private int distance(int from, int to) {
            return (to - from) & (index.length - 1);
        }
    }
}
