package io.tollgate.features.state;

/**
 * States as bytes, canonical: equal states have equal bytes. Times are written as distances from the newest event, so
 * that most numbers take one or two bytes. Most of the bytes are those of {@link TileCodec} and {@link SeenCodec}.
 *
 * <p>Stateless, thread-safe.
 */
public final class StateCodec {
    private static final int HAS_EVENTS = 1;
    private static final int HAS_REFERENCE = 2;
    private static final int IS_OUTCOME = 1;
    private static final int HAS_POSITION = 2;
    private static final int IS_UUID = 4;

    private StateCodec() {}

    /** What readers need: all but the ids that tell duplicates. */
    public static void writePublished(GroupState state, ByteWriter out) {
        ReferenceRecord reference = state.reference;
        boolean events = state.newestMs != GroupState.NEVER;
        out.fixed8((events ? HAS_EVENTS : 0) | (reference != null ? HAS_REFERENCE : 0));
        if (reference != null) {
            writeReference(reference, out);
        }
        if (events) {
            out.zigzag(state.newestMs);
            writeRecent(state, out);
            TileCodec.write(state, out);
            SeenCodec.write(state, out);
            state.registers.write(state.newestMs, out);
        }
    }

    /** All that folding needs. */
    public static void writeComplete(GroupState state, ByteWriter out) {
        writePublished(state, out);
        SeenIds ids = state.ids;
        out.varint(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            out.varint(state.newestMs - ids.time(i)).fixed64(ids.hash(i));
        }
    }

    /**
     * Reads into a state, which is cleared first.
     *
     * @throws CorruptStateException when the bytes are none that {@link #writePublished} wrote for this plan
     */
    public static void readPublished(ByteReader in, GroupState state) {
        readPublished(in, state, state.tiles);
    }

    /**
     * The same, but the tiles are summed and not kept. What is read must not be folded into.
     */
    public static void readSumming(ByteReader in, GroupState state, WindowRings rings) {
        rings.begin();
        readPublished(in, state, rings);
        rings.end();
    }

    private static void readPublished(ByteReader in, GroupState state, TileSink sink) {
        state.clear();
        int flags = in.fixed8();
        if ((flags & HAS_REFERENCE) != 0) {
            state.reference = readReference(in);
        }
        if ((flags & HAS_EVENTS) != 0) {
            state.newestMs = in.zigzag();
            readRecent(in, state);
            TileCodec.read(in, state, sink);
            SeenCodec.read(in, state);
            state.registers.read(state.newestMs, in);
        }
    }

    /** The counterpart of {@link #writeComplete}. */
    public static void readComplete(ByteReader in, GroupState state) {
        readPublished(in, state);
        int count = in.count();
        for (int i = 0; i < count; i++) {
            long time = state.newestMs - in.varint();
            state.ids.add(time, in.fixed64());
        }
    }

    private static void writeReference(ReferenceRecord r, ByteWriter out) {
        out.zigzag(r.validFromMs()).fixed8(r.status()).zigzag(r.openedAtMs()).varint(r.homeCountryCode());
        out.fixed32(r.homeLatE7()).fixed32(r.homeLonE7()).zigzag(r.creditLimitCents());
    }

    private static ReferenceRecord readReference(ByteReader in) {
        return new ReferenceRecord(
                in.zigzag(), in.fixed8(), in.zigzag(), (int) in.varint(), in.fixed32(), in.fixed32(), in.zigzag());
    }

    private static void writeRecent(GroupState state, ByteWriter out) {
        StatePlan plan = state.plan;
        out.varint(state.recentSize());
        for (int i = 0; i < state.recentSize(); i++) {
            Observation o = state.recent(i);
            out.varint(state.newestMs - o.timeMs());
            boolean uuid = EventIds.isUuid(o.id());
            out.fixed8((o.outcome() ? IS_OUTCOME : 0) | (o.hasPosition() ? HAS_POSITION : 0) | (uuid ? IS_UUID : 0));
            if (uuid) {
                EventIds.writeUuid(o.id(), out);
            } else {
                out.text(o.id());
            }
            out.varint(o.filters());
            if (o.outcome()) {
                out.varint(o.timeMs() - o.occurredMs());
            }
            if (plan.amounts) {
                out.varint(o.amountCents());
            }
            for (int field = 0; field < plan.seenFields; field++) {
                out.fixed40(o.seen(field));
            }
            if (o.hasPosition()) {
                out.fixed32(o.latE7()).fixed32(o.lonE7());
            }
        }
    }

    private static void readRecent(ByteReader in, GroupState state) {
        StatePlan plan = state.plan;
        int count = in.count();
        for (int i = 0; i < count; i++) {
            long timeMs = state.newestMs - in.varint();
            int flags = in.fixed8();
            boolean outcome = (flags & IS_OUTCOME) != 0;
            String id = (flags & IS_UUID) != 0 ? EventIds.readUuid(in) : in.text();
            long filters = in.varint();
            long occurredMs = outcome ? timeMs - in.varint() : timeMs;
            long cents = plan.amounts ? in.varint() : 0;
            long[] seen = new long[plan.seenFields];
            for (int field = 0; field < seen.length; field++) {
                seen[field] = in.fixed40();
            }
            boolean position = (flags & HAS_POSITION) != 0;
            int latE7 = position ? in.fixed32() : Observation.NO_POSITION;
            int lonE7 = position ? in.fixed32() : Observation.NO_POSITION;
            state.appendRecent(new Observation(timeMs, outcome, id, occurredMs, filters, cents, seen, latE7, lonE7));
        }
    }
}
