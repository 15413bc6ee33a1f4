package io.tollgate.features.policy;

import io.tollgate.features.FeatureVector;
import io.tollgate.features.domain.Authorization;
import java.util.Objects;
import java.util.Set;

/**
 * All that a policy sees of a payment.
 *
 * @param amount the payment's amount in the feature set's base currency; {@link
 *     io.tollgate.features.FeatureEngine#baseAmount} gives it
 * @param vector the features as they are served, and what became of reading their groups
 * @param score the model's probability of fraud, 0 to 1; NaN if there is none
 * @param degraded the fallbacks that the payment went through
 */
public record PolicyInput(
        Authorization authorization, double amount, FeatureVector vector, double score, Set<Degradation> degraded) {
    public PolicyInput {
        Objects.requireNonNull(authorization, "authorization");
        Objects.requireNonNull(vector, "vector");
        Objects.requireNonNull(degraded, "degraded");
        if (score < 0 || score > 1) {
            throw new IllegalArgumentException("score must be between 0 and 1, or NaN");
        }
    }
}
