package io.tollgate.features.state;

import java.util.Comparator;

/**
 * What is known of a card and its account, as numbers.
 *
 * @param status 0 active, 1 blocked, 2 closed
 * @param homeCountryCode {@code 26 * first letter + second letter}, A = 0
 * @param homeLatE7 {@link Observation#NO_POSITION} when unknown
 * @param creditLimitCents -1 when unknown
 */
public record ReferenceRecord(
        long validFromMs,
        int status,
        long openedAtMs,
        int homeCountryCode,
        int homeLatE7,
        int homeLonE7,
        long creditLimitCents)
        implements Comparable<ReferenceRecord> {
    private static final Comparator<ReferenceRecord> ORDER = Comparator.comparingLong(ReferenceRecord::validFromMs)
            .thenComparingInt(ReferenceRecord::status)
            .thenComparingLong(ReferenceRecord::openedAtMs)
            .thenComparingInt(ReferenceRecord::homeCountryCode)
            .thenComparingInt(ReferenceRecord::homeLatE7)
            .thenComparingInt(ReferenceRecord::homeLonE7)
            .thenComparingLong(ReferenceRecord::creditLimitCents);

    /** The newest wins; of two for one instant the stricter, so that the order of arrival does not matter. */
    @Override
    public int compareTo(ReferenceRecord other) {
        return ORDER.compare(this, other);
    }

    public double homeLat() {
        return Observation.fromE7(homeLatE7);
    }

    public double homeLon() {
        return Observation.fromE7(homeLonE7);
    }

    public boolean hasHome() {
        return homeLatE7 != Observation.NO_POSITION;
    }
}
