package io.tollgate.features;

/** Why a group could not be used. */
public enum MissCause {
    /** Nothing is known of the entity: most likely it is new. */
    NEW_ENTITY,
    /** The group's key is gone while another of the same entity is there: it was idle for longer than the horizon. */
    EXPIRED,
    /** The store did not answer in time. */
    TIMEOUT,
    /** The store could not be reached, or its breaker is open. */
    UNAVAILABLE,
    /** Written by another format or another feature set than the reader's. */
    VERSION_SKEW,
    /** Bytes that are no blob. */
    CORRUPT,
    /** Not read: the service sheds load. */
    SHED
}
