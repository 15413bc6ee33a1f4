package io.tollgate.features.policy;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.EntryMode;
import java.util.Set;

/**
 * A class of payments. An empty set means any.
 *
 * @param from least amount in the base currency
 * @param below amount in the base currency that it does not reach any more
 * @param categories ISO 18245 merchant category codes
 * @param countries ISO 3166-1 alpha-2 codes of the place of sale
 */
record Segment(double from, double below, Set<String> categories, Set<String> countries, Set<EntryMode> channels) {
    static final Segment ALL = new Segment(0, Double.POSITIVE_INFINITY, Set.of(), Set.of(), Set.of());

    Segment {
        if (!(from >= 0 && from < below)) {
            throw new IllegalArgumentException("amount: 'from' must be 0 or more and less than 'below'");
        }
        categories = Set.copyOf(categories);
        countries = Set.copyOf(countries);
        channels = Set.copyOf(channels);
    }

    boolean contains(Authorization authorization, double amount) {
        return amount >= from
                && amount < below
                && (channels.isEmpty() || channels.contains(authorization.card().entryMode()))
                && (countries.isEmpty()
                        || countries.contains(authorization.merchant().country()))
                && (categories.isEmpty()
                        || categories.contains(authorization.merchant().categoryCode()));
    }
}
