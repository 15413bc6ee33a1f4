package io.tollgate.features;

import io.tollgate.features.spec.Aggregation;
import io.tollgate.features.spec.ReferenceField;
import io.tollgate.features.state.GroupState;
import io.tollgate.features.state.Observation;
import io.tollgate.features.state.ReferenceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads one feature that has no tiles off a state.
 *
 * @param slot in the vector
 * @param index of the seen values or of the register, by aggregation
 * @param lengthMs window, for distinct and isNew
 * @param undefined the feature's default
 */
record PointFeature(
        int slot,
        Aggregation aggregation,
        int index,
        long lengthMs,
        boolean includeCurrent,
        @Nullable ReferenceField reference,
        double undefined) {
    private static final double MS_PER_SECOND = 1_000.0;
    private static final double MS_PER_HOUR = 3_600_000.0;
    private static final double MS_PER_DAY = 86_400_000.0;
    private static final double CENTS = 100.0;

    double value(GroupState state, Observation current) {
        long atMs = current.timeMs();
        return switch (aggregation) {
            case DISTINCT -> state.distinct(index, atMs, current.id(), lengthMs, includeCurrent ? current : null);
            case IS_NEW -> state.hasValue(index, current) && !state.wasSeen(index, current, lengthMs) ? 1 : 0;
            case LAST_AMOUNT -> lastAmount(state.lastCents(index, atMs, current.id()));
            case SECONDS_SINCE_LAST -> since(state.lastMs(index, atMs, current.id()), atMs);
            case SECONDS_SINCE_FIRST -> since(state.firstMs(index, atMs, current.id()), atMs);
            case KM_FROM_LAST -> orUndefined(state.kmFromLast(index, current));
            case KMH_FROM_LAST -> speed(state, current);
            case REFERENCE -> reference(state.reference(), atMs);
            case COUNT, SUM, MEAN, STDDEV, MIN, MAX, RATE, FRAUD_COUNT, FRAUD_RATE ->
                throw new IllegalStateException(aggregation + " is read off tiles");
        };
    }

    private double lastAmount(long cents) {
        return cents == GroupState.NEVER ? undefined : cents / CENTS;
    }

    private double since(long thenMs, long atMs) {
        return thenMs == Long.MIN_VALUE ? undefined : Math.max(0, atMs - thenMs) / MS_PER_SECOND;
    }

    private double speed(GroupState state, Observation current) {
        double km = state.kmFromLast(index, current);
        long thenMs = state.lastMs(index, current.timeMs(), current.id());
        if (Double.isNaN(km) || thenMs == Long.MIN_VALUE || thenMs >= current.timeMs()) {
            return undefined;
        }
        return km / ((current.timeMs() - thenMs) / MS_PER_HOUR);
    }

    private double reference(@Nullable ReferenceRecord known, long atMs) {
        if (known == null || reference == null) {
            return undefined;
        }
        return switch (reference) {
            case STATUS_BLOCKED -> known.status() == 1 ? 1 : 0;
            case STATUS_CLOSED -> known.status() == 2 ? 1 : 0;
            case ACCOUNT_AGE_DAYS -> Math.max(0, atMs - known.openedAtMs()) / MS_PER_DAY;
            case HOME_LAT -> known.hasHome() ? known.homeLat() : undefined;
            case HOME_LON -> known.hasHome() ? known.homeLon() : undefined;
            case HOME_COUNTRY_CODE -> known.homeCountryCode();
            case CREDIT_LIMIT -> known.creditLimitCents() < 0 ? undefined : known.creditLimitCents() / CENTS;
        };
    }

    private double orUndefined(double value) {
        return Double.isNaN(value) ? undefined : value;
    }
}
