package io.tollgate.features.spec;

/** How a feature summarises an entity's past; amounts are in the base currency's major unit. */
public enum Aggregation {
    /** Number of payments in the window. */
    COUNT(true),
    /** Sum of their amounts. */
    SUM(true),
    /** Mean of their amounts; undefined without a payment. */
    MEAN(true),
    /** Population standard deviation of their amounts; undefined without a payment. */
    STDDEV(true),
    /** Smallest amount; undefined without a payment. */
    MIN(true),
    /** Largest amount; undefined without a payment. */
    MAX(true),
    /** Share of the payments that meet {@code of}; undefined without a payment. */
    RATE(true),
    /** Number of different values of {@code field}: exact up to the group's {@code values}, then an estimate. */
    DISTINCT(true),
    /** Payments of the window that are known to be fraud. */
    FRAUD_COUNT(true),
    /** Share of the window's payments that are known to be fraud; undefined without a payment. */
    FRAUD_RATE(true),
    /** 1 when the current payment's {@code field} was not seen in the window, else 0; 0 when it has none. */
    IS_NEW(true),
    /** Amount of the newest earlier payment; undefined without one. */
    LAST_AMOUNT(false),
    /** Seconds since the newest earlier payment; undefined without one. */
    SECONDS_SINCE_LAST(false),
    /** Seconds since the first payment that is still remembered; undefined without one. */
    SECONDS_SINCE_FIRST(false),
    /** Great-circle kilometres from the newest earlier payment with a position; undefined without both positions. */
    KM_FROM_LAST(false),
    /** That distance over the time between; undefined when no time has passed. */
    KMH_FROM_LAST(false),
    /** A field of the newest reference record; undefined without one. */
    REFERENCE(false);

    private final boolean windowed;

    Aggregation(boolean windowed) {
        this.windowed = windowed;
    }

    /** Whether it needs a window. */
    public boolean windowed() {
        return windowed;
    }

    boolean summarisesAmounts() {
        return this == SUM || this == MEAN || this == STDDEV || this == MIN || this == MAX;
    }

    boolean needsSeenValues() {
        return this == DISTINCT || this == IS_NEW;
    }

    /** Whether the tiles of a ladder hold what it needs. */
    public boolean tiled() {
        return windowed && !needsSeenValues();
    }

    /** Whether it is learned from outcomes. */
    public boolean learnsFromOutcomes() {
        return this == FRAUD_COUNT || this == FRAUD_RATE;
    }
}
