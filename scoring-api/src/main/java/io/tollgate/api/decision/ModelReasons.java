package io.tollgate.api.decision;

import io.tollgate.features.policy.Reason;
import io.tollgate.features.policy.ReasonCatalogue;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.model.artifact.ModelArtifact;
import io.tollgate.model.artifact.TreeContributions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Why a model gave its score, as reasons: the features that raised it, by their exact contributions ({@link
 * TreeContributions}), in the words of the {@link ReasonCatalogue}. A reason's weight is the feature's share of the sum of
 * all positive contributions, so that the weights of all features that raised the score would add up to 1.
 *
 * <p>The artifact explains its own scores only. Whether a score is its own is not taken on trust: contributions add up
 * to the log-odds of the score that they explain, so a score that an endpoint took from another version of the model
 * does not fit and is not explained.
 *
 * <p>Immutable and thread-safe. A row takes a quarter of a millisecond for 200 trees of depth six: not for an event loop,
 * see {@link ReasonWorkers}.
 */
public final class ModelReasons {
    /** Most reasons from a model; the contract's answer has room for twice as many with those of the rules. */
    public static final int MAX = 10;

    /** An endpoint may round its answer; two versions of a model rarely agree to a thousandth. */
    private static final double ROUNDING = 1e-3;

    /** Enough for the compiler to have compiled the walk before the first payment waits for it. */
    private static final int REHEARSALS = 300;

    private static final double WEIGHT_STEPS = 1e4;

    private final TreeContributions contributions;
    private final ReasonCatalogue catalogue;
    private final String model;
    private final int limit;

    private ModelReasons(TreeContributions contributions, ReasonCatalogue catalogue, String model, int limit) {
        this.contributions = contributions;
        this.catalogue = catalogue;
        this.model = model;
        this.limit = limit;
    }

    /** Why there are none. The names stand in metrics. */
    public enum Cause {
        /** No artifact of the model that scored is at hand. */
        NO_ARTIFACT,
        /** The score is not the artifact's: another version of the model gave it. */
        OTHER_MODEL,
        /** Too many payments are waiting to be explained. */
        BUSY,
        /** Not ready within the share of the deadline, or none of it was left. */
        LATE,
        /** A defect of ours; the log has it. */
        FAILED
    }

    /** What became of asking. */
    public sealed interface Outcome {
        /**
         * @param reasons the strongest first; empty when nothing raised the score
         */
        record Known(List<Reason> reasons) implements Outcome {
            public Known {
                reasons = List.copyOf(reasons);
            }
        }

        record Unknown(Cause cause) implements Outcome {}
    }

    /**
     * Prepares the explanation of one model; takes about a second for 200 trees of depth six.
     *
     * @param artifact trained on the feature set
     * @param limit how many reasons at most, 1 to {@link #MAX}
     */
    public static ModelReasons of(ModelArtifact artifact, FeatureSet set, int limit) {
        if (limit < 1 || limit > MAX) {
            throw new IllegalArgumentException("model reasons must be between 1 and " + MAX + ", not " + limit);
        }
        TreeContributions contributions = artifact.buildContributions();
        if (contributions.featureCount() != set.features().size()) {
            throw new IllegalArgumentException("the model takes " + contributions.featureCount() + " features, "
                    + set.id() + " has " + set.features().size());
        }
        rehearse(contributions);
        return new ModelReasons(
                contributions, ReasonCatalogue.of(set), artifact.version().toString(), limit);
    }

    private static void rehearse(TreeContributions contributions) {
        Random random = new Random(7);
        double[] ignored = new double[contributions.featureCount()];
        for (int i = 0; i < REHEARSALS; i++) {
            double[] row = random.doubles(contributions.featureCount(), 0, 100).toArray();
            contributions.explain(row, 0, ignored);
        }
    }

    /**
     * @param by name and version of the model that scored
     * @param score its probability of fraud
     * @param vector as it was scored
     */
    Outcome explain(String by, double score, double[] vector) {
        if (!by.equals(model)) {
            return new Outcome.Unknown(Cause.OTHER_MODEL);
        }
        double[] parts = new double[contributions.featureCount()];
        contributions.explain(vector, 0, parts);
        double margin = contributions.expectedMargin();
        double raised = 0;
        for (double part : parts) {
            margin += part;
            raised += Math.max(0, part);
        }
        if (!(Math.abs(1 / (1 + Math.exp(-margin)) - score) <= ROUNDING)) {
            return new Outcome.Unknown(Cause.OTHER_MODEL);
        }
        return new Outcome.Known(strongest(parts, raised, vector));
    }

    private List<Reason> strongest(double[] parts, double raised, double[] vector) {
        List<Integer> order = IntStream.range(0, parts.length)
                .filter(i -> parts[i] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -parts[i]))
                .limit(limit)
                .toList();
        List<Reason> reasons = new ArrayList<>(order.size());
        for (int feature : order) {
            double weight = Math.rint(parts[feature] / raised * WEIGHT_STEPS) / WEIGHT_STEPS;
            reasons.add(catalogue.forFeature(feature, vector[feature], weight));
        }
        return reasons;
    }

    /** The rules' reasons, then the model's under codes that no rule has given already. */
    static List<Reason> after(List<Reason> rules, List<Reason> model) {
        List<Reason> all = new ArrayList<>(rules);
        Set<String> given = new HashSet<>();
        rules.forEach(reason -> given.add(reason.code()));
        for (Reason reason : model) {
            if (given.add(reason.code())) {
                all.add(reason);
            }
        }
        return List.copyOf(all);
    }
}
