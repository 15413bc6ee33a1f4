package io.tollgate.model.artifact;

import io.tollgate.model.artifact.XgboostModel.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tree cut into small subtrees, each with a table from the outcomes of its splits and the splits above it to what it
 * adds to the contributions.
 */
final class TabulatedTree implements TreeExplainer {
    // The outcomes of a tree's splits are the bits of one long.
    private static final int MAX_SPLITS = Long.SIZE;
    // Splits in a subtree: one more halves the additions again but quadruples the tables.
    private static final int MAX_SPLITS_PER_SUBTREE = 3;
    // Splits in a subtree and above it; tables have two to this many rows.
    private static final int MAX_BITS = 10;

    /**
     * One subtree.
     *
     * @param above bit positions of the splits above the subtree, the root's first
     * @param firstBit where the subtree's own splits begin, which lie side by side
     * @param splits how many there are
     * @param features the features of all those splits
     * @param table one row of as many floats per combination of outcomes; the subtree's own are the lowest bits
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared; arrays because the row loop reads them
    private record Subtree(int[] above, int firstBit, int splits, int[] features, float[] table) {}

    private final int[] feature;
    private final float[] threshold;
    private final boolean[] missingGoesLeft;
    private final Subtree[] subtrees;

    private TabulatedTree(Tree tree, int[] nodeOfBit, List<Subtree> subtrees) {
        feature = new int[nodeOfBit.length];
        threshold = new float[nodeOfBit.length];
        missingGoesLeft = new boolean[nodeOfBit.length];
        for (int bit = 0; bit < nodeOfBit.length; bit++) {
            feature[bit] = tree.feature()[nodeOfBit[bit]];
            threshold[bit] = tree.value()[nodeOfBit[bit]];
            missingGoesLeft[bit] = tree.defaultLeft()[nodeOfBit[bit]];
        }
        this.subtrees = subtrees.toArray(Subtree[]::new);
    }

    /** Null if the tree has too many splits, or its tables would take more than {@code maxFloats}. */
    static @Nullable TabulatedTree of(Tree tree, int maxFloats) {
        Builder builder = new Builder(tree, maxFloats);
        return builder.build();
    }

    int tableFloats() {
        return Arrays.stream(subtrees)
                .mapToInt(subtree -> subtree.table().length)
                .sum();
    }

    @Override
    public void addTo(double[] vectors, int offset, double[] contributions) {
        long outcomes = 0;
        for (int bit = 0; bit < feature.length; bit++) {
            float value = (float) vectors[offset + feature[bit]];
            if (TreeExplainer.goesLeft(value, threshold[bit], missingGoesLeft[bit])) {
                outcomes |= 1L << bit;
            }
        }
        for (Subtree subtree : subtrees) {
            int row = 0;
            for (int bit : subtree.above) {
                row = row << 1 | ((int) (outcomes >>> bit) & 1);
            }
            int own = (int) (outcomes >>> subtree.firstBit) & ((1 << subtree.splits) - 1);
            row = row << subtree.splits | own;
            int[] features = subtree.features;
            float[] table = subtree.table;
            int at = row * features.length;
            for (int i = 0; i < features.length; i++) {
                contributions[features[i]] += table[at + i];
            }
        }
    }

    private static final class Builder {
        private final Tree tree;
        private final int[] splitsBelow;
        private final int[] bitOfNode;
        private final List<Integer> nodeOfBit = new ArrayList<>();
        private final List<Subtree> subtrees = new ArrayList<>();
        private final PathShapley shapley = new PathShapley();
        private int floatsLeft;

        Builder(Tree tree, int maxFloats) {
            this.tree = tree;
            this.floatsLeft = maxFloats;
            splitsBelow = new int[tree.nodes()];
            bitOfNode = new int[tree.nodes()];
        }

        @Nullable
        TabulatedTree build() {
            if (countSplits(0) > MAX_SPLITS || !cut(0, List.of())) {
                return null;
            }
            return new TabulatedTree(
                    tree, nodeOfBit.stream().mapToInt(Integer::intValue).toArray(), subtrees);
        }

        private int countSplits(int node) {
            if (!tree.isLeaf(node)) {
                splitsBelow[node] = 1 + countSplits(tree.left()[node]) + countSplits(tree.right()[node]);
            }
            return splitsBelow[node];
        }

        /** Cuts the subtree under {@code node}, which the nodes {@code above} lead to; false when it does not fit. */
        private boolean cut(int node, List<Integer> above) {
            if (splitsBelow[node] <= MAX_SPLITS_PER_SUBTREE) {
                return tabulate(node, above);
            }
            assignBit(node);
            List<Integer> path = new ArrayList<>(above);
            path.add(node);
            return cut(tree.left()[node], path) && cut(tree.right()[node], path);
        }

        private void assignBit(int node) {
            bitOfNode[node] = nodeOfBit.size();
            nodeOfBit.add(node);
        }

        private boolean tabulate(int node, List<Integer> above) {
            List<Integer> own = new ArrayList<>();
            collectSplits(node, own);
            int[] features = Stream.concat(above.stream(), own.stream())
                    .mapToInt(split -> tree.feature()[split])
                    .distinct()
                    .toArray();
            int bits = above.size() + own.size();
            if (bits > MAX_BITS || features.length << bits > floatsLeft) {
                return false;
            }
            int firstBit = nodeOfBit.size();
            own.forEach(this::assignBit);
            float[] table = new float[features.length << bits];
            floatsLeft -= table.length;
            double[] sums = new double[features.length];
            for (int row = 0; row < 1 << bits; row++) {
                Arrays.fill(sums, 0);
                addLeaves(node, new ArrayList<>(above), new Outcomes(above, own, row), features, sums);
                for (int i = 0; i < sums.length; i++) {
                    table[row * sums.length + i] = (float) sums[i];
                }
            }
            int[] bitsAbove = above.stream().mapToInt(split -> bitOfNode[split]).toArray();
            subtrees.add(new Subtree(bitsAbove, firstBit, own.size(), features, table));
            return true;
        }

        private void collectSplits(int node, List<Integer> splits) {
            if (!tree.isLeaf(node)) {
                splits.add(node);
                collectSplits(tree.left()[node], splits);
                collectSplits(tree.right()[node], splits);
            }
        }

        private void addLeaves(int node, List<Integer> path, Outcomes outcomes, int[] features, double[] sums) {
            path.add(node);
            if (tree.isLeaf(node)) {
                addLeaf(path, outcomes, features, sums);
            } else {
                addLeaves(tree.left()[node], path, outcomes, features, sums);
                addLeaves(tree.right()[node], path, outcomes, features, sums);
            }
            path.remove(path.size() - 1);
        }

        private void addLeaf(List<Integer> path, Outcomes outcomes, int[] features, double[] sums) {
            shapley.start();
            for (int i = 0; i + 1 < path.size(); i++) {
                int split = path.get(i);
                int child = path.get(i + 1);
                boolean followed = outcomes.goesLeft(split) == (child == tree.left()[split]);
                shapley.split(tree.feature()[split], tree.coverShare(split, child), followed);
            }
            shapley.finish();
            double leaf = tree.value()[path.get(path.size() - 1)];
            for (int i = 0; i < shapley.size(); i++) {
                sums[indexOf(features, shapley.feature(i))] += shapley.value(i, leaf);
            }
        }

        private static int indexOf(int[] features, int feature) {
            int i = 0;
            while (features[i] != feature) {
                i++;
            }
            return i;
        }
    }

    /** The outcomes that a table row stands for: the splits above, the root's in the highest bit, then the own ones. */
    private record Outcomes(List<Integer> above, List<Integer> own, int row) {
        boolean goesLeft(int split) {
            int inOwn = own.indexOf(split);
            int bit = inOwn >= 0 ? inOwn : own.size() + above.size() - 1 - above.indexOf(split);
            return (row >>> bit & 1) != 0;
        }
    }
}
