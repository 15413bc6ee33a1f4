package io.tollgate.features.csv;

import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.Violation;
import java.util.List;

/** What a row of a file of reference data holds. */
public sealed interface ReferenceRow {

    /** Where the row starts, counted from 1; the header is line 1. */
    long line();

    /** What the issuer knows of a card. */
    record Known(long line, FeatureEvent.Reference reference) implements ReferenceRow {}

    /**
     * A row that is no valid reference record.
     *
     * @param violations everything that is wrong with it, at least one
     */
    record Rejected(long line, List<Violation> violations) implements ReferenceRow {
        public Rejected {
            violations = List.copyOf(violations);
        }
    }
}
