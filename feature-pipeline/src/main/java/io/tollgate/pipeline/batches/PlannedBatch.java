package io.tollgate.pipeline.batches;

import java.util.Map;

/**
 * A micro-batch as its query planned it before it ran. A batch that is repeated after a crash has the same offsets.
 *
 * @param plannedAtMs milliseconds since the epoch
 * @param ends by partition of the topic, the offset behind the last message that this batch or one before it read
 */
public record PlannedBatch(long batchId, long plannedAtMs, Map<Integer, Long> ends) {
    public PlannedBatch {
        if (batchId < 0) {
            throw new IllegalArgumentException("batch ids count from 0, not " + batchId);
        }
        ends = Map.copyOf(ends);
    }
}
