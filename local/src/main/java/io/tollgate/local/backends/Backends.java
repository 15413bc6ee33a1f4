package io.tollgate.local.backends;

import java.io.IOException;
import java.util.Map;

/**
 * A running Redis, Kafka and Cosmos DB, or those of them that were asked for: embedded servers, or containers, behind
 * the same settings. Safe for use by several threads.
 */
public interface Backends extends AutoCloseable {
    BackendSettings settings();

    /**
     * Breaks or mends a backend and returns when that is so.
     *
     * @throws IOException when the backend does not do as it is told, or cannot be treated so
     */
    void inject(Fault fault) throws IOException;

    /**
     * What the backends have counted, such as {@code cosmos.POINT_READ}; empty where they do not count.
     *
     * @throws IOException when the backends cannot be asked
     */
    Map<String, Long> counters() throws IOException;

    /** Stops everything, the last started first. */
    @Override
    void close() throws IOException;
}
