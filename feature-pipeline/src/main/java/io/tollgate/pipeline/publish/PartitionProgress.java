package io.tollgate.pipeline.publish;

import java.io.Serializable;

/**
 * What a batch read from one partition of the topic.
 *
 * @param firstOffset inclusive
 * @param lastOffset inclusive
 * @param read messages
 * @param rejected messages that are no valid events
 * @param newestEventMs time of the newest event, milliseconds since the epoch; {@link Long#MIN_VALUE} without one
 */
public record PartitionProgress(
        int partition, long firstOffset, long lastOffset, long read, long rejected, long newestEventMs)
        implements Serializable {

    static PartitionProgress accepted(int partition, long offset, long eventMs) {
        return new PartitionProgress(partition, offset, offset, 1, 0, eventMs);
    }

    static PartitionProgress rejected(int partition, long offset) {
        return new PartitionProgress(partition, offset, offset, 1, 1, Long.MIN_VALUE);
    }

    PartitionProgress plus(PartitionProgress other) {
        return new PartitionProgress(
                partition,
                Math.min(firstOffset, other.firstOffset),
                Math.max(lastOffset, other.lastOffset),
                read + other.read,
                rejected + other.rejected,
                Math.max(newestEventMs, other.newestEventMs));
    }
}
