package io.tollgate.features.policy;

import java.util.Objects;

/**
 * Why a payment was not simply approved.
 *
 * @param code stable upper-case code, for programs
 * @param message for people; free of card data
 * @param weight how much it mattered, 0 to 1: as the policy states it for rules, the score itself for score thresholds,
 *     and for a feature its share of all that raised the score
 */
public record Reason(String code, String message, double weight) {
    public Reason {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }
}
