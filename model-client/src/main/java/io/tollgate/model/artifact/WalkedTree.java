package io.tollgate.model.artifact;

import io.tollgate.model.artifact.XgboostModel.Tree;

/** Explains a tree leaf by leaf: for trees whose tables would not fit. Allocates scratch per row. */
final class WalkedTree implements TreeExplainer {
    private final Tree tree;

    WalkedTree(Tree tree) {
        this.tree = tree;
    }

    @Override
    public void addTo(Row row, double[] contributions) {
        new Walk(row, contributions).descend(0, 0);
    }

    private final class Walk {
        private final Row row;
        private final double[] contributions;
        private final PathShapley shapley = new PathShapley();
        private final int[] path = new int[XgboostModel.MAX_DEPTH + 1];

        Walk(Row row, double[] contributions) {
            this.row = row;
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
            return row.left(tree.feature()[split], tree.value()[split], tree.defaultLeft()[split] ? 1 : 0) != 0;
        }
    }
}
