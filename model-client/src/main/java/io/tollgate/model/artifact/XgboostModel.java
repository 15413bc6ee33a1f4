package io.tollgate.model.artifact;

import java.util.List;

/**
 * A parsed and validated XGBoost gradient-boosted tree model for one binary outcome.
 *
 * @param trees in the order in which XGBoost adds them
 * @param featureCount features that the booster was trained on, 1 to {@value #MAX_FEATURES}
 * @param featureNames as the booster knows them; empty when it was trained without names
 * @param baseMargin the base score in log-odds
 * @param writtenBy the version of XGBoost that wrote the model, such as 3.1.1
 */
record XgboostModel(List<Tree> trees, int featureCount, List<String> featureNames, float baseMargin, String writtenBy) {
    // Bounds on what a file may make us allocate: an order of magnitude above any fraud model that answers in time.
    static final int MAX_FEATURES = 4_096;
    static final int MAX_TREES = 20_000;
    static final int MAX_NODES_PER_TREE = 1 << 20;
    static final int MAX_NODES = 20_000_000;
    static final int MAX_DEPTH = 64;

    /**
     * One tree, in XGBoost's own numbering: the root is node 0, and {@code left[n] < 0} marks a leaf.
     *
     * @param value the threshold of a split, the value of a leaf
     * @param cover the sum of hessians that reached the node in training
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never exposed; boxes would cost ten times the memory
    record Tree(int[] left, int[] right, int[] feature, float[] value, boolean[] defaultLeft, float[] cover) {

        int nodes() {
            return left.length;
        }

        boolean isLeaf(int node) {
            return left[node] < 0;
        }

        /** Share of the training weight at {@code parent} that went on to {@code child}. */
        double coverShare(int parent, int child) {
            return cover[parent] > 0 ? (double) cover[child] / cover[parent] : 0;
        }

        void validate(int index, int featureCount) throws InvalidModelException {
            int nodes = nodes();
            if (nodes == 0) {
                throw new InvalidModelException("tree " + index + " has no node");
            }
            if (right.length != nodes
                    || feature.length != nodes
                    || value.length != nodes
                    || defaultLeft.length != nodes
                    || cover.length != nodes) {
                throw new InvalidModelException("the arrays of tree " + index + " differ in length");
            }
            boolean[] seen = new boolean[nodes];
            validate(index, 0, 0, featureCount, seen);
        }

        private void validate(int index, int node, int depth, int featureCount, boolean[] seen)
                throws InvalidModelException {
            if (depth > MAX_DEPTH) {
                throw new InvalidModelException("tree " + index + " is deeper than " + MAX_DEPTH);
            }
            if (node < 0 || node >= seen.length || seen[node]) {
                throw new InvalidModelException(
                        "tree " + index + " points to node " + node + ", which is absent or already has a parent");
            }
            seen[node] = true;
            if (!Float.isFinite(value[node])) {
                throw new InvalidModelException("node " + node + " of tree " + index + " holds " + value[node]);
            }
            if (isLeaf(node)) {
                return;
            }
            if (feature[node] < 0 || feature[node] >= featureCount) {
                throw new InvalidModelException("node " + node + " of tree " + index + " splits on feature "
                        + feature[node] + " of " + featureCount);
            }
            validate(index, left[node], depth + 1, featureCount, seen);
            validate(index, right[node], depth + 1, featureCount, seen);
        }
    }

    void validate() throws InvalidModelException {
        if (featureCount < 1 || featureCount > MAX_FEATURES) {
            throw new InvalidModelException(
                    "the booster has " + featureCount + " features; 1 to " + MAX_FEATURES + " are supported");
        }
        if (!featureNames.isEmpty() && featureNames.size() != featureCount) {
            throw new InvalidModelException(
                    "the booster names " + featureNames.size() + " features but has " + featureCount);
        }
        if (trees.isEmpty()) {
            throw new InvalidModelException("the booster has no tree");
        }
        if (!Float.isFinite(baseMargin)) {
            throw new InvalidModelException("the base score is not a probability between 0 and 1");
        }
        for (int index = 0; index < trees.size(); index++) {
            trees.get(index).validate(index, featureCount);
        }
    }
}
