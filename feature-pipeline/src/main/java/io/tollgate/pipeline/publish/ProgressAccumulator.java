package io.tollgate.pipeline.publish;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * Gathers the batch's progress by partition on the driver. A repeated task may count its messages twice; offsets and
 * times, which are all that anything depends on, are not affected.
 */
final class ProgressAccumulator extends AccumulatorV2<PartitionProgress, Map<Integer, PartitionProgress>> {
    private static final long serialVersionUID = 1L;

    private final TreeMap<Integer, PartitionProgress> byPartition = new TreeMap<>();

    @Override
    public synchronized boolean isZero() {
        return byPartition.isEmpty();
    }

    @Override
    public synchronized AccumulatorV2<PartitionProgress, Map<Integer, PartitionProgress>> copy() {
        ProgressAccumulator copy = new ProgressAccumulator();
        copy.byPartition.putAll(byPartition);
        return copy;
    }

    @Override
    public synchronized void reset() {
        byPartition.clear();
    }

    @Override
    public synchronized void add(PartitionProgress progress) {
        byPartition.merge(progress.partition(), progress, PartitionProgress::plus);
    }

    @Override
    public void merge(AccumulatorV2<PartitionProgress, Map<Integer, PartitionProgress>> other) {
        other.value().values().forEach(this::add);
    }

    @Override
    public synchronized Map<Integer, PartitionProgress> value() {
        return new TreeMap<>(byPartition);
    }
}
