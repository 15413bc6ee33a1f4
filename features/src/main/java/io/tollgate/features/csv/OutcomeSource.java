package io.tollgate.features.csv;

import java.time.Duration;
import java.util.Set;

/**
 * Where the truth about a payment comes from.
 *
 * @param column name in the header
 * @param fraud texts that mean fraud
 * @param genuine texts that mean no fraud; an empty column means that nothing is known, which is not the same
 * @param knownAfter how long after the payment the truth became known: chargebacks take days to weeks
 */
record OutcomeSource(String column, Set<String> fraud, Set<String> genuine, Duration knownAfter) {
    OutcomeSource {
        fraud = Set.copyOf(fraud);
        genuine = Set.copyOf(genuine);
        if (knownAfter.isNegative()) {
            throw new IllegalArgumentException("knownAfter must not be negative");
        }
    }
}
