package io.tollgate.features.csv;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a row of a transactions file holds. */
public sealed interface CsvRow {

    /** Where the row starts, counted from 1; the header is line 1. */
    long line();

    /**
     * A payment.
     *
     * @param decided the payment with its decision, approved if the file does not say; its score is NaN
     * @param outcome the truth about it, if the file knows
     * @param kept values of the mapping's {@code keep} columns, in its order, as they stand in the file
     */
    record Payment(long line, FeatureEvent.Decided decided, FeatureEvent.@Nullable Outcome outcome, List<String> kept)
            implements CsvRow {
        public Payment {
            kept = List.copyOf(kept);
        }

        public Authorization authorization() {
            return decided.authorization();
        }
    }

    /**
     * A row that is no valid payment.
     *
     * @param violations everything that is wrong with it, at least one
     */
    record Rejected(long line, List<Violation> violations) implements CsvRow {
        public Rejected {
            violations = List.copyOf(violations);
        }
    }
}
