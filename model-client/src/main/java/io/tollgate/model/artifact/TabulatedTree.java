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

    /*
     * The subtrees, one after the other, each as: the number of splits above it, their bits (the root's first), the bit
     * of its own first split, how many it has, where its rows begin in the table, the number of features, the features.
     * All that a row reads lies in a few arrays in the order in which it is read; only table rows are read at random.
     */
    private final int[] subtrees;
    private final float[] table;
    private final int[] feature;
    private final float[] threshold;
    private final int[] missingGoesLeft;

    private TabulatedTree(Tree tree, int[] nodeOfBit, int[] subtrees, float[] table) {
        this.subtrees = subtrees;
        this.table = table;
        feature = new int[nodeOfBit.length];
        threshold = new float[nodeOfBit.length];
        missingGoesLeft = new int[nodeOfBit.length];
        for (int bit = 0; bit < nodeOfBit.length; bit++) {
            feature[bit] = tree.feature()[nodeOfBit[bit]];
            threshold[bit] = tree.value()[nodeOfBit[bit]];
            missingGoesLeft[bit] = tree.defaultLeft()[nodeOfBit[bit]] ? 1 : 0;
        }
    }

    /** Null if the tree has too many splits, or its tables would take more than {@code maxFloats}. */
    static @Nullable TabulatedTree of(Tree tree, int maxFloats) {
        return new Builder(tree, maxFloats).build();
    }

    int tableFloats() {
        return table.length;
    }

    @Override
    public void addTo(Row row, double[] contributions) {
        long outcomes = 0;
        for (int bit = 0; bit < feature.length; bit++) {
            outcomes |= (long) row.left(feature[bit], threshold[bit], missingGoesLeft[bit]) << bit;
        }
        int at = 0;
        while (at < subtrees.length) {
            int tableRow = 0;
            int above = subtrees[at++];
            for (int end = at + above; at < end; at++) {
                tableRow = tableRow << 1 | ((int) (outcomes >>> subtrees[at]) & 1);
            }
            int firstBit = subtrees[at];
            int splits = subtrees[at + 1];
            int rows = subtrees[at + 2];
            int features = subtrees[at + 3];
            at += 4;
            tableRow = tableRow << splits | ((int) (outcomes >>> firstBit) & ((1 << splits) - 1));
            int cell = rows + tableRow * features;
            for (int end = at + features; at < end; at++) {
                contributions[subtrees[at]] += table[cell++];
            }
        }
    }

    private static final class Builder {
        private final Tree tree;
        private final int[] splitsBelow;
        private final int[] bitOfNode;
        private final List<Integer> nodeOfBit = new ArrayList<>();
        private final List<Integer> subtrees = new ArrayList<>();
        private float[] table = {};
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
            return new TabulatedTree(tree, toArray(nodeOfBit), toArray(subtrees), table);
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
            int rows = table.length;
            table = Arrays.copyOf(table, rows + (features.length << bits));
            floatsLeft -= features.length << bits;
            double[] sums = new double[features.length];
            for (int row = 0; row < 1 << bits; row++) {
                Arrays.fill(sums, 0);
                addLeaves(node, new ArrayList<>(above), new Outcomes(above, own, row), features, sums);
                for (int i = 0; i < sums.length; i++) {
                    table[rows + row * sums.length + i] = (float) sums[i];
                }
            }
            subtrees.add(above.size());
            above.forEach(split -> subtrees.add(bitOfNode[split]));
            subtrees.addAll(List.of(firstBit, own.size(), rows, features.length));
            Arrays.stream(features).forEach(subtrees::add);
            return true;
        }

        private static int[] toArray(List<Integer> values) {
            return values.stream().mapToInt(Integer::intValue).toArray();
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
