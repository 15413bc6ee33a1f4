package io.tollgate.model.artifact;

/** Adds one tree's exact Shapley values to a row's. */
sealed interface TreeExplainer permits TabulatedTree, WalkedTree {

    void addTo(double[] vectors, int offset, double[] contributions);

    /** Whether the row goes left at a split, decided as {@link TreeEnsemble} decides it. */
    static boolean goesLeft(float value, float threshold, boolean missingGoesLeft) {
        return missingGoesLeft ? !(value >= threshold) : value < threshold;
    }
}
