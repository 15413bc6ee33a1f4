package io.tollgate.local.backends;

/** What a test can do to its backends, and undo. */
public enum Fault {
    /** Redis accepts requests and answers none. */
    REDIS_PAUSE,
    REDIS_RESUME,
    /** Redis dies without a word and forgets what it did not persist. */
    REDIS_KILL,
    REDIS_RESTART,
    /** The broker shuts down; its topics stay. */
    KAFKA_STOP,
    KAFKA_RESTART,
    /** Cosmos DB answers every item request with 429 until released. */
    COSMOS_THROTTLE,
    COSMOS_RELEASE
}
