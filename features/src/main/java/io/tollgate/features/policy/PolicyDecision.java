package io.tollgate.features.policy;

import io.tollgate.features.domain.Decision;
import java.util.List;
import java.util.Objects;

/**
 * What a policy says of a payment.
 *
 * @param reasons what led to a decision other than APPROVE, most decisive first, at most {@link #MAX_REASONS}; empty for
 *     APPROVE
 * @param fired codes of all rules, limits, lists and thresholds that applied, including those that did not change the
 *     decision; for counting
 */
public record PolicyDecision(Decision decision, List<Reason> reasons, List<String> fired) {
    /** More explain nothing, and an answer must stay small however many rules fire at once. */
    public static final int MAX_REASONS = 10;

    static final PolicyDecision APPROVED = new PolicyDecision(Decision.APPROVE, List.of(), List.of());

    public PolicyDecision {
        Objects.requireNonNull(decision, "decision");
        reasons = List.copyOf(reasons);
        fired = List.copyOf(fired);
    }
}
