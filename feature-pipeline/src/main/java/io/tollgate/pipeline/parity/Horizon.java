package io.tollgate.pipeline.parity;

import io.tollgate.pipeline.batches.BatchRanges;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which served groups can be recomputed: the batch must be known, and the table must hold all that it had read.
 * Immutable; travels to tasks.
 */
final class Horizon implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Publishers' epochs are seconds since 1970; what a backfill publishes has a sequence below all of theirs. */
    private static final long FIRST_EPOCH = 1;

    private final BatchRanges ranges;
    private final TreeMap<Integer, Long> historyEnds;

    /**
     * @param historyEnds by partition, the first offset that the history has not read
     */
    Horizon(BatchRanges ranges, Map<Integer, Long> historyEnds) {
        this.ranges = ranges;
        this.historyEnds = new TreeMap<>(historyEnds);
    }

    BatchRanges ranges() {
        return ranges;
    }

    /** Null when what a sequence stands for can be recomputed. */
    @Nullable
    NotComparable obstacle(long sequence) {
        long epoch = BatchRanges.epochOf(sequence);
        if (epoch < FIRST_EPOCH) {
            return NotComparable.REBUILT;
        }
        int position = ranges.position(sequence);
        if (position == BatchRanges.NONE) {
            return NotComparable.UNKNOWN_BATCH;
        }
        return ranges.within(epoch, position, historyEnds) ? null : NotComparable.PENDING;
    }
}
