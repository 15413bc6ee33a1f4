package io.tollgate.pipeline.trainingset;

/**
 * What became of the payments that happened until the cut-off.
 *
 * @param payments all of them
 * @param frauds fraudulent, by an outcome
 * @param genuine genuine, by an outcome
 * @param matured genuine, because no fraud was reported until their maturity had passed
 * @param unlabelled left out: no outcome yet, and not mature
 * @param otherFeatureSet left out: served on another feature set
 */
public record TrainingSetCounts(
        long payments, long frauds, long genuine, long matured, long unlabelled, long otherFeatureSet) {
    /** Before any payment was looked at. */
    static final TrainingSetCounts NONE = new TrainingSetCounts(0, 0, 0, 0, 0, 0);

    /** Rows of the training set. */
    public long written() {
        return frauds + genuine + matured;
    }

    /** Whether each payment is accounted for once. */
    public boolean balanced() {
        return payments == written() + unlabelled + otherFeatureSet;
    }
}
