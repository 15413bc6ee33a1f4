package io.tollgate.model.artifact;

import io.tollgate.model.artifact.XgboostModel.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Why a row got its score: exact Shapley values of every feature (path-dependent TreeSHAP), the numbers that XGBoost
 * gives for {@code pred_contribs}.
 *
 * <p>What a subtree of at most three splits adds to the Shapley values depends only on the outcomes of those splits and
 * of the splits above them: at depth six, seven bits. All outcomes are therefore tabulated when the model is loaded, and
 * a row costs one table lookup and one short vector addition per subtree. The idea is that of Fast TreeSHAP v2 (Yang,
 * "Fast TreeSHAP", 2021), carried from the single leaf to small subtrees, which needs a third of the additions and a
 * third of the memory. Trees too deep for tables are explained leaf by leaf, exactly but slower.
 *
 * <p>Immutable and thread-safe. Building takes about a second for 200 trees of depth six: do it once, off the event
 * loop.
 */
public final class TreeContributions {
    // 64 MB of tables hold 1,000 full trees of depth six; deeper models fall back tree by tree.
    static final int TABLE_FLOATS = 16 << 20;

    private final List<TreeExplainer> trees;
    private final int featureCount;
    private final double expectedMargin;

    private TreeContributions(List<TreeExplainer> trees, int featureCount, double expectedMargin) {
        this.trees = trees;
        this.featureCount = featureCount;
        this.expectedMargin = expectedMargin;
    }

    static TreeContributions of(XgboostModel model) {
        return of(model, TABLE_FLOATS);
    }

    static TreeContributions of(XgboostModel model, int tableFloats) {
        List<TreeExplainer> explainers = new ArrayList<>(model.trees().size());
        double expected = model.baseMargin();
        int left = tableFloats;
        for (Tree tree : model.trees()) {
            TabulatedTree tabulated = TabulatedTree.of(tree, left);
            if (tabulated != null) {
                left -= tabulated.tableFloats();
            }
            explainers.add(tabulated != null ? tabulated : new WalkedTree(tree));
            expected += expectation(tree, 0);
        }
        return new TreeContributions(List.copyOf(explainers), model.featureCount(), expected);
    }

    private static double expectation(Tree tree, int node) {
        if (tree.isLeaf(node)) {
            return tree.value()[node];
        }
        int left = tree.left()[node];
        int right = tree.right()[node];
        return tree.coverShare(node, left) * expectation(tree, left)
                + tree.coverShare(node, right) * expectation(tree, right);
    }

    /** The length of the vectors that the model takes, and of the arrays that {@link #explain} fills. */
    public int featureCount() {
        return featureCount;
    }

    /** The log-odds before any feature is known; with a row's contributions it adds up to the row's log-odds. */
    public double expectedMargin() {
        return expectedMargin;
    }

    /**
     * The contribution of every feature.
     *
     * @param vectors holds a row from {@code offset} on, as for {@link TreeEnsemble#probability}
     * @param contributions is overwritten: the log-odds that each feature added, in the order of the signature
     */
    public void explain(double[] vectors, int offset, double[] contributions) {
        Arrays.fill(contributions, 0, featureCount, 0);
        Row row = new Row(vectors, offset, featureCount);
        for (TreeExplainer tree : trees) {
            tree.addTo(row, contributions);
        }
    }

    /**
     * The features that pushed a row towards fraud, the strongest first.
     *
     * @param limit how many at most; fewer are returned when fewer are above zero
     */
    public List<Contribution> strongest(double[] vectors, int offset, int limit) {
        double[] contributions = new double[featureCount];
        explain(vectors, offset, contributions);
        List<Contribution> towardsFraud = new ArrayList<>();
        for (int i = 0; i < featureCount; i++) {
            if (contributions[i] > 0) {
                towardsFraud.add(new Contribution(i, contributions[i]));
            }
        }
        towardsFraud.sort(Comparator.comparingDouble(Contribution::logOdds)
                .reversed()
                .thenComparingInt(Contribution::featureIndex));
        return List.copyOf(towardsFraud.subList(0, Math.min(limit, towardsFraud.size())));
    }
}
