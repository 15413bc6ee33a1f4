package io.tollgate.model.artifact;

import io.tollgate.model.artifact.XgboostModel.Tree;

/** Explains a tree leaf by leaf: for trees whose tables would not fit. Allocates scratch per row. */
final class WalkedTree implements TreeExplainer {
    private final Tree tree;

    WalkedTree(Tree tree) {
        this.tree = tree;
    }

    @Override
    public void addTo(double[] vectors, int offset, double[] contributions) {
        new Walk(vectors, offset, contributions).descend(0, 0);
    }

    private final class Walk {
        private final double[] vectors;
        private final int offset;
        private final double[] contributions;
        private final PathShapley shapley = new PathShapley();
        private final int[] path = new int[XgboostModel.MAX_DEPTH + 1];

        Walk(double[] vectors, int offset, double[] contributions) {
            this.vectors = vectors;
            this.offset = offset;
            this.contributions = contributions;
        }

        void descend(int node, int depth) {
            path[depth] = node;
            if (!tree.isLeaf(node)) {
                descend(tree.left()[node], depth + 1);
                descend(tree.right()[node], depth + 1);
                return;
            }
            shapley.start();
            for (int i = 0; i < depth; i++) {
                int split = path[i];
                boolean followed = goesLeft(split) == (path[i + 1] == tree.left()[split]);
                shapley.split(tree.feature()[split], tree.coverShare(split, path[i + 1]), followed);
            }
            shapley.finish();
            for (int i = 0; i < shapley.size(); i++) {
                contributions[shapley.feature(i)] += shapley.value(i, tree.value()[node]);
            }
        }

        private boolean goesLeft(int split) {
            float value = (float) vectors[offset + tree.feature()[split]];
            return TreeExplainer.goesLeft(value, tree.value()[split], tree.defaultLeft()[split]);
        }
    }
}
