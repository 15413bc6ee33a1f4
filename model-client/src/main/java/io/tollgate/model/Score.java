package io.tollgate.model;

import io.tollgate.model.artifact.ModelVersion;
import java.util.function.Function;

/** What became of a request for a score. */
public sealed interface Score {

    /**
     * The endpoint answered.
     *
     * @param probability of fraud, 0 to 1
     */
    record Scored(double probability, ModelVersion model) implements Score {
        public Scored {
            requireProbability(probability);
        }
    }

    /**
     * The endpoint did not answer; the same model was evaluated in process.
     *
     * @param probability of fraud, 0 to 1
     * @param cause why the endpoint did not answer
     */
    record LocalScore(double probability, ModelVersion model, FailureCause cause) implements Score {
        public LocalScore {
            requireProbability(probability);
        }
    }

    /**
     * Neither the endpoint nor a model in process gave a score; the policy's rules decide alone.
     *
     * @param cause why the endpoint did not answer
     */
    record NoScore(FailureCause cause) implements Score {}

    /** One value from whichever it is. */
    default <T> T fold(
            Function<? super Scored, ? extends T> scored,
            Function<? super LocalScore, ? extends T> local,
            Function<? super NoScore, ? extends T> none) {
        if (this instanceof Scored score) {
            return scored.apply(score);
        }
        if (this instanceof LocalScore score) {
            return local.apply(score);
        }
        return none.apply((NoScore) this);
    }

    private static void requireProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability is between 0 and 1, not " + probability);
        }
    }
}
