package io.tollgate.features.quality;

/** The classes of bad data, as data-quality reports name them. */
public enum Defect {
    /** Cannot be read at all, or a field has the wrong shape. */
    INVALID,
    /** Read, but an object that must be whole lacks a part. */
    INCOMPLETE,
    /** A required field is not there. */
    MISSING,
    /** Fields contradict one another. */
    INCONSISTENT,
    /** Its time lies too far in the past. */
    STALE,
    /** A value outside what is possible. */
    INACCURATE
}
