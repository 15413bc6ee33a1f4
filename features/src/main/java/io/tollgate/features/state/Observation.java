package io.tollgate.features.state;

import io.tollgate.features.domain.TransactionId;

/** What one group remembers of one event. Immutable as long as nobody writes to the array that it was given. */
public final class Observation {
    private final long timeMs;
    private final boolean outcome;
    private final String id;
    private final long occurredMs;
    private final long second;
    private final long filters;
    private final long amountCents;
    private final long[] seen;
    private final int latE7;
    private final int lonE7;

    /**
     * @param timeMs when it became known; the order of events
     * @param outcome whether it is the truth about an earlier payment rather than a payment
     * @param id event id, unique for ever
     * @param occurredMs when the payment was made; equal to {@code timeMs} for a payment
     * @param filters bit i is set when the payment meets the group's i-th filter; bit 0 always is
     * @param amountCents hundredths of the base currency's major unit
     * @param seen per remembered field the value's hash, 0 when the payment has none; not copied
     * @param latE7 degrees north times 1e7; {@link #NO_POSITION} when unknown
     * @param lonE7 degrees east times 1e7
     */
    public Observation(
            long timeMs,
            boolean outcome,
            String id,
            long occurredMs,
            long filters,
            long amountCents,
            long[] seen,
            int latE7,
            int lonE7) {
        this.timeMs = timeMs;
        this.outcome = outcome;
        this.id = id;
        this.occurredMs = occurredMs;
        this.second = Math.floorDiv(occurredMs, 1000L);
        this.filters = filters;
        this.amountCents = amountCents;
        this.seen = seen;
        this.latE7 = latE7;
        this.lonE7 = lonE7;
    }

    public long timeMs() {
        return timeMs;
    }

    public boolean outcome() {
        return outcome;
    }

    public String id() {
        return id;
    }

    public long occurredMs() {
        return occurredMs;
    }

    /** The whole second of {@link #occurredMs}. */
    long second() {
        return second;
    }

    long filters() {
        return filters;
    }

    long amountCents() {
        return amountCents;
    }

    /** Hash of the value of a remembered field, 0 when the payment has none. */
    public long seen(int field) {
        return seen[field];
    }

    int latE7() {
        return latE7;
    }

    int lonE7() {
        return lonE7;
    }

    public static final int NO_POSITION = Integer.MIN_VALUE;

    private static final double E7 = 1e7;

    boolean meets(int filter) {
        return (filters >>> filter & 1) != 0;
    }

    boolean hasPosition() {
        return latE7 != NO_POSITION;
    }

    /**
     * The order of events: by time; what becomes known at the instant of a payment comes before it; then by id.
     */
    int compareOrder(long otherTimeMs, boolean otherOutcome, String otherId) {
        int byTime = Long.compare(timeMs, otherTimeMs);
        if (byTime != 0) {
            return byTime;
        }
        return outcome != otherOutcome ? (outcome ? -1 : 1) : TransactionId.compare(id, otherId);
    }

    /** A 64-bit hash of an event id (FNV-1a with MurmurHash3's finalizer), by which older duplicates are recognised. */
    public static long idHash(String id) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    long idHash() {
        return idHash(id);
    }

    /** Degrees as a 32-bit integer, 1.1 cm of the equator a unit. */
    public static int toE7(double degrees) {
        return (int) Math.round(degrees * E7);
    }

    static double fromE7(int e7) {
        return e7 / E7;
    }
}
