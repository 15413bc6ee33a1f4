package io.tollgate.model;

import io.tollgate.model.call.HedgedCall;
import java.time.Duration;

/**
 * How the chain around an endpoint behaves.
 *
 * @param maxConcurrent calls in flight, 1 to 10,000; beyond, the model in process answers at once
 * @param hedge when to ask a second time
 * @param breakerFailurePercent share of failed calls, 1 to 100, at which the endpoint is left alone
 * @param breakerWindow how many calls that share is taken of, 10 to 10,000
 * @param breakerMinimum calls before the share means anything, 1 to the window
 * @param breakerOpenFor how long the endpoint is left alone, 100 ms to 5 min
 * @param breakerTrials calls that then try it again, 1 to 100
 * @param fairBudget a timeout under a smaller budget is not held against the endpoint
 */
public record ModelClientSettings(
        int maxConcurrent,
        HedgedCall.Settings hedge,
        int breakerFailurePercent,
        int breakerWindow,
        int breakerMinimum,
        Duration breakerOpenFor,
        int breakerTrials,
        Duration fairBudget) {

    public ModelClientSettings {
        requireBetween("maxConcurrent", maxConcurrent, 1, 10_000);
        requireBetween("breakerFailurePercent", breakerFailurePercent, 1, 100);
        requireBetween("breakerWindow", breakerWindow, 10, 10_000);
        requireBetween("breakerMinimum", breakerMinimum, 1, breakerWindow);
        requireBetween("breakerTrials", breakerTrials, 1, 100);
        if (breakerOpenFor.compareTo(Duration.ofMillis(100)) < 0
                || breakerOpenFor.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException("breakerOpenFor must be 100 ms to 5 min, not " + breakerOpenFor);
        }
        if (fairBudget.isNegative()) {
            throw new IllegalArgumentException("fairBudget must not be negative, but is " + fairBudget);
        }
    }

    /**
     * 256 calls in flight (5,000 a second at 50 ms); a hedge for one call in twenty; open at half of 100 calls failed,
     * for a second, so that a restarted endpoint is found again within one.
     */
    public static ModelClientSettings defaults() {
        return new ModelClientSettings(
                256,
                new HedgedCall.Settings(Duration.ofMillis(1), Duration.ofMillis(20), 0.05),
                50,
                100,
                20,
                Duration.ofSeconds(1),
                5,
                Duration.ofMillis(10));
    }

    private static void requireBetween(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be " + min + " to " + max + ", not " + value);
        }
    }
}
