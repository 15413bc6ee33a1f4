package io.tollgate.pipeline.history;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one batch of the history did. The rows read are the rows written, quarantined and recognised as duplicates: see
 * {@link #balanced}.
 *
 * @param written rows that the table holds of this run, counted in the table
 * @param authorizations of those written
 * @param newestEventMs milliseconds since the epoch
 * @param broken by expectation, how many messages did not meet it; in the order of their file
 */
public record HistoryBatch(
        long sequence,
        long batchId,
        List<OffsetRange> partitions,
        long written,
        long authorizations,
        long quarantined,
        long duplicates,
        long newestEventMs,
        long tookMs,
        Map<String, Long> broken) {
    public HistoryBatch {
        partitions = List.copyOf(partitions);
        broken = Collections.unmodifiableMap(new LinkedHashMap<>(broken));
    }

    /**
     * @param firstOffset inclusive
     * @param lastOffset inclusive
     */
    public record OffsetRange(int partition, long firstOffset, long lastOffset, long read) {}

    public long read() {
        return partitions.stream().mapToLong(OffsetRange::read).sum();
    }

    /** Whether each row read is accounted for once. */
    public boolean balanced() {
        return read() == written + quarantined + duplicates;
    }
}
