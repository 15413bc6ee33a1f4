package io.tollgate.features.state;

import java.util.Arrays;

/**
 * Different values of a field, each with the second it was last seen, oldest first: all of the newest {@code limit}, and
 * of the older ones a sample from which they are counted.
 *
 * <p>The sample is the all-distances sketch of Cohen ("All-Distances Sketches, Revisited: HIP Estimators for Massive
 * Graphs Analysis", IEEE TKDE 2015) with age as the distance: a value stays while fewer than {@code sample} newer ones
 * have a smaller hash. For every window that ends now it holds the window's smallest hashes, so one sketch serves all
 * windows to the second; of n values it keeps about {@code sample * (1 + ln(n / sample))}. Which ones depends on the
 * last sightings alone, never on their order: a value that is once outnumbered by newer, smaller ones always is.
 *
 * <p>A value counts as the inverse of the probability with which its hash let it stay, given the others' (HIP). That
 * is exactly 1 for the newest, and over the older ones unbiased with a coefficient of variation of at most {@code 1 /
 * sqrt(2 * (sample - 1))}. Hashes are keyed: nobody who lacks the key can choose values to spoil the estimate or to
 * bloat the state.
 *
 * <p>Confined to one thread; reusable.
 */
final class SeenValues {
    /** Hashes are below this. */
    private static final double HASHES = 0x1p40;

    private final StatePlan.Seen plan;
    private int size;
    private long[] hashes = new long[4];
    private long[] seconds = new long[4];

    /** What each value stands for, once there are more than {@code limit} and the state is settled. */
    private double[] weights = {};

    /** The smallest hashes of the values that a pass has met, ascending. */
    private final long[] smallest;

    private boolean settled = true;

    /** Values are sampled when there are this many, so that the passes cost little for each. */
    private int settleAt;

    SeenValues(StatePlan.Seen plan) {
        this.plan = plan;
        this.smallest = new long[plan.sample()];
        clear();
    }

    void clear() {
        size = 0;
        settled = true;
        settleAt = 2 * plan.limit();
    }

    int size() {
        settle();
        return size;
    }

    /** Valid after {@link #size} until the next change. */
    long hash(int i) {
        return hashes[i];
    }

    long second(int i) {
        return seconds[i];
    }

    /** The decoder's way in: values in their order. */
    void append(long hash, long second) {
        if (size > 0 && !isOlder(size - 1, hash, second)) {
            throw new CorruptStateException("seen values are out of order");
        }
        if (size == hashes.length) {
            grow();
        }
        hashes[size] = hash;
        seconds[size++] = second;
        settled = false;
    }

    /** Remembers a sighting. */
    void add(long hash, long second) {
        int known = indexOf(hash);
        if (known >= 0) {
            if (seconds[known] >= second) {
                return;
            }
            remove(known);
        }
        int at = size;
        while (at > 0 && !isOlder(at - 1, hash, second)) {
            at--;
        }
        insert(at, hash, second);
        settled = false;
        if (size > settleAt) {
            settle();
            settleAt = 2 * Math.max(plan.limit(), size);
        }
    }

    /** Drops what no window can reach any more. */
    void advance(long newestSecond) {
        long oldest = newestSecond - plan.horizonSeconds() - Ladder.SLACK_SECONDS;
        int drop = 0;
        while (drop < size && seconds[drop] <= oldest) {
            drop++;
        }
        if (drop > 0) {
            System.arraycopy(hashes, drop, hashes, 0, size - drop);
            System.arraycopy(seconds, drop, seconds, 0, size - drop);
            size -= drop;
            settled = false;
        }
    }

    /** How many different values were last seen at {@code from} or later: exact up to the limit, else an estimate. */
    double countSince(long from) {
        settle();
        int at = size;
        double count = 0;
        boolean exact = size <= plan.limit();
        while (at > 0 && seconds[at - 1] >= from) {
            at--;
            count += exact ? 1 : weights[at];
        }
        return count;
    }

    /** What the value adds to {@link #countSince}: 0 when it was not seen since, or is not known to have been. */
    double weightSince(long hash, long from) {
        settle();
        int at = indexOf(hash);
        if (at < 0 || seconds[at] < from) {
            return 0;
        }
        return size <= plan.limit() ? 1 : weights[at];
    }

    /**
     * Drops what the sample does not keep, and weighs the rest: one pass from the newest to the oldest, with the
     * smallest hashes met so far.
     */
    private void settle() {
        if (settled) {
            return;
        }
        settled = true;
        if (size <= plan.limit()) {
            return;
        }
        if (weights.length < size) {
            weights = new double[hashes.length];
        }
        int met = 0;
        int kept = size;
        for (int i = size - 1; i >= 0; i--) {
            long hash = hashes[i];
            boolean certain = size - 1 - i < plan.limit() || met < smallest.length;
            if (certain || hash < smallest[met - 1]) {
                kept--;
                hashes[kept] = hash;
                seconds[kept] = seconds[i];
                weights[kept] = certain ? 1 : HASHES / smallest[met - 1];
                met = meet(hash, met);
            }
        }
        size -= kept;
        System.arraycopy(hashes, kept, hashes, 0, size);
        System.arraycopy(seconds, kept, seconds, 0, size);
        System.arraycopy(weights, kept, weights, 0, size);
    }

    /** Puts a hash among the smallest if it is one of them. */
    private int meet(long hash, int met) {
        if (met == smallest.length && hash > smallest[met - 1]) {
            return met;
        }
        int at = Math.min(met, smallest.length - 1);
        while (at > 0 && smallest[at - 1] > hash) {
            smallest[at] = smallest[at - 1];
            at--;
        }
        smallest[at] = hash;
        return Math.min(met + 1, smallest.length);
    }

    /** The order of age; within a second an order that has nothing to do with which hash is the smaller. */
    private boolean isOlder(int i, long hash, long second) {
        if (seconds[i] != second) {
            return seconds[i] < second;
        }
        return mix(hashes[i]) < mix(hash);
    }

    /** Finalizer of MurmurHash3 (Appleby): a bijection, so that different hashes are never equal. */
    private static long mix(long hash) {
        long h = hash;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }

    private int indexOf(long hash) {
        for (int i = size - 1; i >= 0; i--) {
            if (hashes[i] == hash) {
                return i;
            }
        }
        return -1;
    }

    private void insert(int at, long hash, long second) {
        if (size == hashes.length) {
            grow();
        }
        System.arraycopy(hashes, at, hashes, at + 1, size - at);
        System.arraycopy(seconds, at, seconds, at + 1, size - at);
        hashes[at] = hash;
        seconds[at] = second;
        size++;
    }

    private void grow() {
        hashes = Arrays.copyOf(hashes, size * 2);
        seconds = Arrays.copyOf(seconds, size * 2);
    }

    private void remove(int at) {
        size--;
        System.arraycopy(hashes, at + 1, hashes, at, size - at);
        System.arraycopy(seconds, at + 1, seconds, at, size - at);
    }
}
