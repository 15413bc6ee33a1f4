package io.tollgate.features.policy;

import java.util.Objects;

/**
 * Why a payment was not simply approved.
 *
 * @param code stable upper-case code, for programs
 * @param message for people; free of card data
 * @param weight how much it mattered: 0 to 1 for rules and thresholds, the model's contribution in log-odds for features
 */
public record Reason(String code, String message, double weight) {
    public Reason {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }
}
