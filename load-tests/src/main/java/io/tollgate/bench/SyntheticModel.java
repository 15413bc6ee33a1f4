package io.tollgate.bench;

import io.tollgate.model.artifact.ModelArtifact;
import io.tollgate.model.artifact.ModelArtifactWriter;
import io.tollgate.model.artifact.ModelMetadata;
import io.tollgate.model.artifact.ModelVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/**
 * A model of the usual size that was never trained: complete trees with seeded random splits, in XGBoost's JSON. It costs
 * what a trained one costs, or more, because trained trees are not complete.
 */
public final class SyntheticModel {
    static final int TREES = 200;
    static final int DEPTH = 6;

    /** Sums of leaves around -4 with a deviation of 1: a model that lets all but one payment in a hundred pass. */
    private static final double LEAF_MEAN = -4.0 / TREES;

    private static final double LEAF_DEVIATION = 1 / Math.sqrt(TREES);

    private static final int INNER = (1 << DEPTH) - 1;
    private static final int NODES = (1 << (DEPTH + 1)) - 1;

    private SyntheticModel() {}

    /**
     * Writes the model to a directory and reads it back.
     *
     * @param featureSet the set that it claims to have been trained on, with its hash
     */
    public static ModelArtifact write(Path directory, List<String> features, String featureSet, String hash) {
        ModelMetadata metadata = new ModelMetadata(
                new ModelVersion("synthetic", "1"),
                featureSet,
                hash,
                Clock.systemUTC().instant(),
                Map.of());
        new ModelArtifactWriter(Clock.systemUTC())
                .write(
                        directory,
                        json(features.size()).getBytes(StandardCharsets.UTF_8),
                        features,
                        metadata,
                        new double[features.size()]);
        return ModelArtifact.read(directory);
    }

    private static String json(int features) {
        Random random = new Random(23);
        StringJoiner trees = new StringJoiner(",", "[", "]");
        for (int tree = 0; tree < TREES; tree++) {
            trees.add(tree(random, features));
        }
        return "{\"learner\":{\"feature_names\":[],\"gradient_booster\":{\"name\":\"gbtree\",\"model\":{\"trees\":"
                + trees + "}},\"learner_model_param\":{\"base_score\":\"5E-1\",\"num_class\":\"0\",\"num_feature\":\""
                + features + "\",\"num_target\":\"1\"},\"objective\":{\"name\":\"binary:logistic\"}},"
                + "\"version\":[3,1,1]}";
    }

    private static String tree(Random random, int features) {
        StringJoiner left = new StringJoiner(",");
        StringJoiner right = new StringJoiner(",");
        StringJoiner feature = new StringJoiner(",");
        StringJoiner value = new StringJoiner(",");
        StringJoiner cover = new StringJoiner(",");
        StringJoiner defaults = new StringJoiner(",");
        for (int node = 0; node < NODES; node++) {
            boolean inner = node < INNER;
            left.add(Integer.toString(inner ? 2 * node + 1 : -1));
            right.add(Integer.toString(inner ? 2 * node + 2 : -1));
            feature.add(Integer.toString(inner ? random.nextInt(features) : 0));
            value.add(Float.toString((float)
                    (inner
                            ? Math.exp(6 * random.nextDouble() - 2)
                            : LEAF_MEAN + LEAF_DEVIATION * random.nextGaussian())));
            cover.add(Integer.toString(1 << (DEPTH - Math.min(DEPTH, depth(node)))));
            defaults.add(Integer.toString(random.nextInt(2)));
        }
        return "{\"left_children\":[" + left + "],\"right_children\":[" + right + "],\"split_indices\":[" + feature
                + "],\"split_conditions\":[" + value + "],\"sum_hessian\":[" + cover + "],\"default_left\":["
                + defaults + "]}";
    }

    private static int depth(int node) {
        return 31 - Integer.numberOfLeadingZeros(node + 1);
    }
}
