package io.tollgate.local.cosmos;

/** What clients ask for, as far as it is counted apart. */
public enum Operation {
    /** Account, databases, containers and partition key ranges. */
    METADATA,
    POINT_READ,
    CREATE,
    UPSERT,
    REPLACE,
    DELETE,
    /** One request, however many operations it carries. */
    BATCH,
    CHANGE_FEED
}
