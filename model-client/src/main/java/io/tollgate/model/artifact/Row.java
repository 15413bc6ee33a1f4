package io.tollgate.model.artifact;

/**
 * A vector made ready for deciding many splits without a branch, which half of the time would be predicted wrongly.
 */
final class Row {
    private final float[] values;
    private final int[] missing;

    Row(double[] vectors, int offset, int features) {
        values = new float[features];
        missing = new int[features];
        for (int i = 0; i < features; i++) {
            float value = (float) vectors[offset + i];
            boolean absent = Float.isNaN(value);
            missing[i] = absent ? 1 : 0;
            // Infinity goes right at every threshold; adding zero turns minus zero, whose sign would mislead, to zero.
            values[i] = absent ? Float.POSITIVE_INFINITY : value + 0.0f;
        }
    }

    /**
     * 1 if the row goes left at a split, else 0, decided as {@link TreeEnsemble} decides it: the sign of value minus
     * threshold is the outcome of value < threshold.
     *
     * @param threshold finite
     * @param missingGoesLeft 1 or 0
     */
    int left(int feature, float threshold, int missingGoesLeft) {
        return Float.floatToRawIntBits(values[feature] - threshold) >>> 31 | (missing[feature] & missingGoesLeft);
    }
}
