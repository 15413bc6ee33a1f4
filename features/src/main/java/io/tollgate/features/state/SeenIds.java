package io.tollgate.features.state;

import java.util.Arrays;

/**
 * Ids of events that were folded in and no longer stand apart, by time and hash, for as long as a duplicate may come.
 * Confined to one thread.
 */
final class SeenIds {
    private int size;
    private long[] times = new long[4];
    private long[] hashes = new long[4];

    int size() {
        return size;
    }

    long time(int i) {
        return times[i];
    }

    long hash(int i) {
        return hashes[i];
    }

    void clear() {
        size = 0;
    }

    boolean contains(long timeMs, long hash) {
        return find(timeMs, hash) >= 0;
    }

    void add(long timeMs, long hash) {
        int at = find(timeMs, hash);
        if (at >= 0) {
            return;
        }
        at = -at - 1;
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            hashes = Arrays.copyOf(hashes, size * 2);
        }
        System.arraycopy(times, at, times, at + 1, size - at);
        System.arraycopy(hashes, at, hashes, at + 1, size - at);
        times[at] = timeMs;
        hashes[at] = hash;
        size++;
    }

    /** Forgets what is not newer than {@code timeMs}, and the oldest beyond {@code limit}. */
    void trim(long timeMs, int limit) {
        int drop = Math.max(0, size - limit);
        while (drop < size && times[drop] <= timeMs) {
            drop++;
        }
        if (drop > 0) {
            System.arraycopy(times, drop, times, 0, size - drop);
            System.arraycopy(hashes, drop, hashes, 0, size - drop);
            size -= drop;
        }
    }

    private int find(long timeMs, long hash) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compare(times[middle], timeMs);
            if (order == 0) {
                order = Long.compare(hashes[middle], hash);
            }
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }
}
