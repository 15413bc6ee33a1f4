package io.tollgate.pipeline.publish;

import java.time.Duration;
import java.util.List;

/**
 * What one batch of the publisher did.
 *
 * @param epoch of the checkpoint
 * @param sequence as written into every blob of the batch
 * @param partitions what was read, by partition
 * @param keysWritten keys that were newer than what Redis held
 * @param delaysMs per payment, from its decision to Redis' acknowledgement
 */
public record PublishedBatch(
        long epoch,
        long batchId,
        long sequence,
        List<PartitionProgress> partitions,
        long keysWritten,
        List<Long> delaysMs,
        Duration took) {
    public PublishedBatch {
        partitions = List.copyOf(partitions);
        delaysMs = List.copyOf(delaysMs);
    }

    public long read() {
        return partitions.stream().mapToLong(PartitionProgress::read).sum();
    }

    public long rejected() {
        return partitions.stream().mapToLong(PartitionProgress::rejected).sum();
    }
}
