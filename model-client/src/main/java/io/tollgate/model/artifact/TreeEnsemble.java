package io.tollgate.model.artifact;

import io.tollgate.model.artifact.XgboostModel.Tree;
import java.util.List;

/**
 * The model in process: gradient-boosted trees as one flat array, walked without allocation.
 *
 * <p>Agrees with XGBoost because it does what XGBoost does: features and thresholds are compared as 32-bit floats, a
 * missing value (NaN) takes the split's default direction, and leaves are added in tree order in 32 bits. Immutable and
 * thread-safe.
 */
public final class TreeEnsemble {
    /*
     * A node is three ints: meta, value, child. meta is (feature << 1 | missingGoesLeft), or -1 for a leaf; value is
     * the threshold or the leaf's value as float bits; child is the index of the left child, and the right child
     * follows it. One array of small nodes costs one cache line per step where parallel arrays cost three.
     */
    private static final int STRIDE = 3;
    private static final int LEAF = -1;

    private final int[] nodes;
    private final int[] roots;
    private final float baseMargin;
    private final int featureCount;

    private TreeEnsemble(int[] nodes, int[] roots, float baseMargin, int featureCount) {
        this.nodes = nodes;
        this.roots = roots;
        this.baseMargin = baseMargin;
        this.featureCount = featureCount;
    }

    static TreeEnsemble of(XgboostModel model) {
        List<Tree> trees = model.trees();
        int total = trees.stream().mapToInt(Tree::nodes).sum();
        int[] nodes = new int[total * STRIDE];
        int[] roots = new int[trees.size()];
        int next = 0;
        for (int i = 0; i < roots.length; i++) {
            roots[i] = next;
            next = flatten(trees.get(i), 0, next, next + STRIDE, nodes);
        }
        return new TreeEnsemble(nodes, roots, model.baseMargin(), model.featureCount());
    }

    /** Writes {@code node} at {@code at} and its descendants from {@code free} on; returns the next free index. */
    private static int flatten(Tree tree, int node, int at, int free, int[] nodes) {
        nodes[at + 1] = Float.floatToRawIntBits(tree.value()[node]);
        if (tree.isLeaf(node)) {
            nodes[at] = LEAF;
            return free;
        }
        nodes[at] = tree.feature()[node] << 1 | (tree.defaultLeft()[node] ? 1 : 0);
        nodes[at + 2] = free;
        int next = flatten(tree, tree.left()[node], free, free + 2 * STRIDE, nodes);
        return flatten(tree, tree.right()[node], free + STRIDE, next, nodes);
    }

    /** The length of the vectors that the model takes. */
    public int featureCount() {
        return featureCount;
    }

    /**
     * The probability of fraud.
     *
     * @param vectors holds the feature values of a row, in the order of the model's signature, from {@code offset} on;
     *     NaN means missing
     * @return between 0 and 1
     * @throws IndexOutOfBoundsException if fewer than {@link #featureCount()} values follow {@code offset}
     */
    public double probability(double[] vectors, int offset) {
        return 1.0 / (1.0 + Math.exp(-margin(vectors, offset)));
    }

    /** The log-odds of fraud, the sum of which {@link #probability} is the logistic function; arguments as there. */
    public double margin(double[] vectors, int offset) {
        int[] all = nodes;
        float margin = baseMargin;
        for (int root : roots) {
            int at = root;
            int meta;
            while ((meta = all[at]) >= 0) {
                float value = (float) vectors[offset + (meta >>> 1)];
                float threshold = Float.intBitsToFloat(all[at + 1]);
                // Both comparisons are false for NaN, which is what sends a missing value its way.
                boolean right = (meta & 1) != 0 ? value >= threshold : !(value < threshold);
                at = all[at + 2] + (right ? STRIDE : 0);
            }
            margin += Float.intBitsToFloat(all[at + 1]);
        }
        return margin;
    }
}
