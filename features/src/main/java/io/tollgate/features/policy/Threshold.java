package io.tollgate.features.policy;

/**
 * From which score on a payment of a segment is stepped up or declined.
 *
 * @param stepUp probability of fraud, 0 to 1; at or above it STEP_UP
 * @param decline probability of fraud, {@code stepUp} to 1; at or above it DECLINE
 */
record Threshold(Segment segment, double stepUp, double decline) {
    Threshold {
        if (!(stepUp >= 0 && stepUp <= decline && decline <= 1)) {
            throw new IllegalArgumentException("must be 0 <= stepUp <= decline <= 1");
        }
    }
}
