package io.tollgate.pipeline.train;

/**
 * How trees are grown.
 *
 * @param rounds number of trees, 1 to 2,000
 * @param depth of a tree, 1 to 12
 * @param seed of the rows drawn for each tree
 */
public record TrainingSettings(int rounds, int depth, long seed) {
    /** 100 trees of depth 6: some 4 µs a payment in the service. */
    public static final TrainingSettings DEFAULT = new TrainingSettings(100, 6, 1);
}
