package io.tollgate.model.artifact;

/** Adds one tree's exact Shapley values to a row's. */
sealed interface TreeExplainer permits TabulatedTree, WalkedTree {

    void addTo(Row row, double[] contributions);
}
