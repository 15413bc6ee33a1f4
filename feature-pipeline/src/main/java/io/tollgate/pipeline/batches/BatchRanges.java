package io.tollgate.pipeline.batches;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of the topic the publisher's batches had read, by checkpoint epoch. Batches stand in the order in which
 * they ran; one is named by its position among those known. Unknown batches in between do no harm: what they read is
 * counted to the next known one, and a known batch has seen all of it. Immutable once built; travels to tasks.
 */
public final class BatchRanges implements Serializable {
    private static final long serialVersionUID = 1L;

    /** No position: unknown, or not read by any known batch. */
    public static final int NONE = -1;

    private final TreeMap<Long, Epoch> epochs;

    private BatchRanges(Map<Long, Epoch> epochs) {
        this.epochs = new TreeMap<>(epochs);
    }

    /** Those of which at least one batch is known. */
    public Set<Long> epochs() {
        return epochs.keySet();
    }

    /** How many batches are known, over all epochs. */
    public int size() {
        return epochs.values().stream().mapToInt(epoch -> epoch.ids.length).sum();
    }

    /** Position of the batch that published under a sequence, or {@link #NONE}. */
    public int position(long sequence) {
        Epoch epoch = epochs.get(epochOf(sequence));
        if (epoch == null) {
            return NONE;
        }
        int found = Arrays.binarySearch(epoch.ids, sequence & 0xFFFF_FFFFL);
        return found < 0 ? NONE : found;
    }

    /** Position of the first batch of an epoch that had read a message, or {@link #NONE}. */
    public int firstToSee(long epochId, int partition, long offset) {
        Epoch epoch = epochs.get(epochId);
        long[] ends = epoch == null ? null : epoch.ends.get(partition);
        if (epoch == null || ends == null || offset < epoch.start.getOrDefault(partition, 0L)) {
            return NONE;
        }
        // The first end behind the offset; several batches may share an end.
        int low = 0;
        int high = ends.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == ends.length ? NONE : low;
    }

    /**
     * Whether everything that a batch had read lies before the given offsets.
     *
     * @param ends by partition, the first offset that is not there
     */
    public boolean within(long epochId, int position, Map<Integer, Long> ends) {
        Epoch epoch = epochs.get(epochId);
        if (epoch == null) {
            return false;
        }
        return epoch.ends.entrySet().stream()
                .allMatch(
                        partition -> partition.getValue()[position] <= epoch.start.getOrDefault(partition.getKey(), 0L)
                                || partition.getValue()[position] <= ends.getOrDefault(partition.getKey(), 0L));
    }

    /** The upper half of a sequence. */
    public static long epochOf(long sequence) {
        return sequence >>> 32;
    }

    @SuppressWarnings("ArrayRecordComponent") // private, never compared
    private record Epoch(long[] ids, TreeMap<Integer, long[]> ends, TreeMap<Integer, Long> start)
            implements Serializable {}

    /** Collects batches in any order; the same one may come twice. Confined to one thread. */
    public static final class Builder {
        private final TreeMap<Long, TreeMap<Long, Map<Integer, Long>>> batches = new TreeMap<>();
        private final TreeMap<Long, TreeMap<Integer, Long>> starts = new TreeMap<>();

        /** Where an epoch's first batch began; without it, at each partition's first message. */
        public Builder start(long epoch, Map<Integer, Long> start) {
            starts.put(epoch, new TreeMap<>(start));
            return this;
        }

        /**
         * @throws IllegalStateException when the batch is known with other offsets: two checkpoints share an epoch
         */
        public Builder add(long epoch, long batchId, Map<Integer, Long> ends) {
            @Nullable
            Map<Integer, Long> known =
                    batches.computeIfAbsent(epoch, e -> new TreeMap<>()).put(batchId, ends);
            if (known != null && !known.equals(ends)) {
                throw new IllegalStateException("batch " + batchId + " of epoch " + epoch
                        + " is recorded with two different offset ranges; do two checkpoints share the epoch?");
            }
            return this;
        }

        public BatchRanges build() {
            TreeMap<Long, Epoch> built = new TreeMap<>();
            batches.forEach((epoch, known) -> built.put(epoch, epoch(epoch, known)));
            return new BatchRanges(built);
        }

        private Epoch epoch(long epoch, Map<Long, Map<Integer, Long>> known) {
            long[] ids = known.keySet().stream().mapToLong(Long::longValue).toArray();
            TreeSet<Integer> partitions = new TreeSet<>();
            known.values().forEach(ends -> partitions.addAll(ends.keySet()));
            TreeMap<Integer, long[]> ends = new TreeMap<>();
            for (int partition : partitions) {
                // A partition that was added to the topic later had nothing to read before.
                ends.put(
                        partition,
                        known.values().stream()
                                .mapToLong(batch -> batch.getOrDefault(partition, 0L))
                                .toArray());
            }
            return new Epoch(ids, ends, starts.getOrDefault(epoch, new TreeMap<>()));
        }
    }
}
