package io.tollgate.model.artifact;

/**
 * Exact Shapley values of one leaf: how much each feature on its path moves the output when the features off the path's
 * decisions are averaged over the training weights.
 *
 * <p>A leaf of value v is reached with weight &prod;(present ? one&#8342; : zero&#8342;): one&#8342; is 1 when the row
 * satisfies every split of feature k on the path, zero&#8342; is the share of the training weight that does. The Shapley
 * value of feature i is v (one&#7522; &minus; zero&#7522;) &Sigma;&#8347; |S|! (d&minus;|S|&minus;1)! / d! times the
 * coefficient of y^|S| in &prod;&#8342;&#8800;&#7522; (zero&#8342; + one&#8342; y).
 *
 * <p>Source: Lundberg et al., "From local explanations to global understanding with explainable AI for trees", Nature
 * Machine Intelligence 2 (2020); per-path formulation as in Mitchell, Frank and Holmes, "GPUTreeShap" (2022). Holds
 * scratch space: one instance per thread.
 */
final class PathShapley {
    private final int[] features = new int[XgboostModel.MAX_DEPTH];
    private final double[] zero = new double[XgboostModel.MAX_DEPTH];
    private final boolean[] one = new boolean[XgboostModel.MAX_DEPTH];
    private final double[] product = new double[XgboostModel.MAX_DEPTH + 1];
    private final double[] quotient = new double[XgboostModel.MAX_DEPTH + 1];
    private int size;

    /** Begins a path. */
    void start() {
        size = 0;
    }

    /** Adds a split: its feature, the share of the weight that goes on along the path, and whether the row does. */
    void split(int feature, double share, boolean followed) {
        for (int i = 0; i < size; i++) {
            if (features[i] == feature) {
                zero[i] *= share;
                one[i] &= followed;
                return;
            }
        }
        features[size] = feature;
        zero[size] = share;
        one[size] = followed;
        size++;
    }

    /** Distinct features on the path. */
    int size() {
        return size;
    }

    /** The {@code i}-th distinct feature. */
    int feature(int i) {
        return features[i];
    }

    /** Readies {@link #value} for the path as it stands. */
    void finish() {
        multiply(-1, product);
    }

    /** The Shapley value of the {@code i}-th distinct feature for a leaf of the given value. */
    double value(int i, double leaf) {
        int rest = size - 1;
        divide(i);
        double sum = 0;
        double weight = 1.0 / size;
        for (int subset = 0; subset <= rest; subset++) {
            sum += weight * quotient[subset];
            weight *= (subset + 1.0) / Math.max(1, rest - subset);
        }
        return leaf * ((one[i] ? 1 : 0) - zero[i]) * sum;
    }

    /** Coefficients of the product over all features but {@code except}. */
    private void multiply(int except, double[] coefficients) {
        coefficients[0] = 1;
        int degree = 0;
        for (int k = 0; k < size; k++) {
            if (k == except) {
                continue;
            }
            degree++;
            coefficients[degree] = 0;
            for (int j = degree; j >= 0; j--) {
                double lower = j > 0 && one[k] ? coefficients[j - 1] : 0;
                coefficients[j] = coefficients[j] * zero[k] + lower;
            }
        }
    }

    /** Takes one factor out of the product again, in the direction that does not divide by a small number. */
    private void divide(int i) {
        if (one[i]) {
            double carry = product[size];
            for (int j = size - 1; j >= 0; j--) {
                quotient[j] = carry;
                carry = product[j] - zero[i] * carry;
            }
        } else if (zero[i] > 0) {
            for (int j = 0; j < size; j++) {
                quotient[j] = product[j] / zero[i];
            }
        } else {
            multiply(i, quotient);
        }
    }
}
