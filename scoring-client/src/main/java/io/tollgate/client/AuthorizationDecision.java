package io.tollgate.client;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was decided. Immutable.
 *
 * @param score the model's probability of fraud, 0 to 1; null when no model was asked
 * @param reasons the rules' first, the most decisive before the others, then what raised the model's score
 * @param degraded what the decision had to do without, as {@code MODEL_LOCAL}; empty when nothing was amiss. Codes may be
 *     added, so these are texts
 * @param model name and version; null when no model was asked
 */
public record AuthorizationDecision(
        String transactionId,
        Verdict decision,
        @Nullable Double score,
        List<Reason> reasons,
        List<String> degraded,
        String featureSet,
        @Nullable String model,
        String policy,
        Instant decidedAt) {

    public AuthorizationDecision {
        reasons = List.copyOf(reasons);
        degraded = List.copyOf(degraded);
    }

    /** What the payment system does: let it pass, ask the cardholder for more, or refuse. */
    public enum Verdict {
        APPROVE,
        STEP_UP,
        DECLINE
    }

    /**
     * @param code stable, for programs
     * @param message for people
     * @param weight 0 to 1
     */
    public record Reason(String code, String message, double weight) {}
}
