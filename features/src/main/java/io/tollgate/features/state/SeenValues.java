package io.tollgate.features.state;

import java.util.Arrays;

/**
 * The newest values of a field, each with the second it was last seen; ordered by second, then by hash, oldest first.
 * Which values are kept depends on the set of sightings alone: the newest {@code limit} by last sighting, because a
 * value that once had {@code limit} newer ones always has.
 *
 * <p>Confined to one thread; reusable.
 */
final class SeenValues {
    /** No value was ever forgotten for lack of room. */
    static final long NOTHING_FORGOTTEN = Long.MIN_VALUE;

    private final StatePlan.Seen plan;
    private int size;
    private long[] hashes = new long[4];
    private long[] seconds = new long[4];
    private long forgotten = NOTHING_FORGOTTEN;

    SeenValues(StatePlan.Seen plan) {
        this.plan = plan;
    }

    void clear() {
        size = 0;
        forgotten = NOTHING_FORGOTTEN;
    }

    int size() {
        return size;
    }

    long hash(int i) {
        return hashes[i];
    }

    long second(int i) {
        return seconds[i];
    }

    /** The newest last sighting of a value that was forgotten for lack of room: earlier counts are lower bounds. */
    long forgotten() {
        return forgotten;
    }

    void setForgotten(long second) {
        forgotten = second;
    }

    /** The decoder's way in: values in their order. */
    void append(long hash, long second) {
        if (size > 0 && (seconds[size - 1] > second || (seconds[size - 1] == second && hashes[size - 1] >= hash))) {
            throw new CorruptStateException("seen values are out of order");
        }
        insert(size, hash, second);
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
        while (at > 0 && (seconds[at - 1] > second || (seconds[at - 1] == second && hashes[at - 1] > hash))) {
            at--;
        }
        insert(at, hash, second);
        if (size > plan.limit()) {
            forgotten = Math.max(forgotten, seconds[0]);
            remove(0);
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
        }
        if (forgotten <= oldest) {
            forgotten = NOTHING_FORGOTTEN;
        }
    }

    /** When the value was last seen, or {@link Long#MIN_VALUE}. */
    long lastSeen(long hash) {
        int at = indexOf(hash);
        return at < 0 ? Long.MIN_VALUE : seconds[at];
    }

    /** How many were last seen at {@code from} or later. */
    int countSince(long from) {
        int at = size;
        while (at > 0 && seconds[at - 1] >= from) {
            at--;
        }
        return size - at;
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
            hashes = Arrays.copyOf(hashes, size * 2);
            seconds = Arrays.copyOf(seconds, size * 2);
        }
        System.arraycopy(hashes, at, hashes, at + 1, size - at);
        System.arraycopy(seconds, at, seconds, at + 1, size - at);
        hashes[at] = hash;
        seconds[at] = second;
        size++;
    }

    private void remove(int at) {
        size--;
        System.arraycopy(hashes, at + 1, hashes, at, size - at);
        System.arraycopy(seconds, at + 1, seconds, at, size - at);
    }
}
