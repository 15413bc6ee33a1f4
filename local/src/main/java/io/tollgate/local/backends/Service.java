package io.tollgate.local.backends;

/** What a stack can consist of. */
public enum Service {
    REDIS,
    KAFKA,
    COSMOS
}
