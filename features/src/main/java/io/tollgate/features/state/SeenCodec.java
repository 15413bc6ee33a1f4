package io.tollgate.features.state;

/**
 * Seen values as bytes, those of all fields in one walk through time: a payment is last seen for its merchant and for
 * its category in the same second. Each step is a distance in seconds, shifted by one bit for every field, with the bits
 * of the fields that have a value there; their hashes follow. A second in which a field has several values takes several
 * steps.
 *
 * <p>Stateless, thread-safe.
 */
final class SeenCodec {
    private SeenCodec() {}

    static void write(GroupState state, ByteWriter out) {
        SeenValues[] seen = state.seen;
        if (seen.length == 0) {
            return;
        }
        int left = 0;
        for (SeenValues values : seen) {
            left += values.size();
        }
        out.varint(left);
        int[] next = new int[seen.length];
        long previous = state.newestSecond();
        for (boolean first = true; left > 0; first = false) {
            long second = oldest(seen, next);
            long distance = first ? previous - second : second - previous;
            long fields = fieldsAt(second, seen, next);
            out.varint(distance << seen.length | fields);
            for (int i = 0; i < seen.length; i++) {
                if ((fields >>> i & 1) != 0) {
                    out.fixed40(seen[i].hash(next[i]++));
                    left--;
                }
            }
            previous = second;
        }
    }

    /**
     * @throws CorruptStateException when the bytes are none that {@link #write} wrote
     */
    static void read(ByteReader in, GroupState state) {
        SeenValues[] seen = state.seen;
        if (seen.length == 0) {
            return;
        }
        int left = in.count();
        long second = state.newestSecond();
        for (boolean first = true; left > 0; first = false) {
            long head = in.varint();
            long distance = head >>> seen.length;
            long fields = head & ((1L << seen.length) - 1);
            if (fields == 0) {
                throw new CorruptStateException("a step without a seen value");
            }
            second = first ? second - distance : second + distance;
            for (; fields != 0; fields &= fields - 1) {
                seen[Long.numberOfTrailingZeros(fields)].append(in.fixed40(), second);
                left--;
            }
        }
    }

    private static long oldest(SeenValues[] seen, int[] next) {
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < seen.length; i++) {
            if (next[i] < seen[i].size()) {
                oldest = Math.min(oldest, seen[i].second(next[i]));
            }
        }
        return oldest;
    }

    private static long fieldsAt(long second, SeenValues[] seen, int[] next) {
        long fields = 0;
        for (int i = 0; i < seen.length; i++) {
            if (next[i] < seen[i].size() && seen[i].second(next[i]) == second) {
                fields |= 1L << i;
            }
        }
        return fields;
    }
}
