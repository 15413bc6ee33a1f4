package io.tollgate.local.demo;

import io.tollgate.local.traffic.Pace;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for, checked.
 *
 * @param port of the service
 * @param duration of the traffic; null until the file ends or somebody presses Ctrl-C
 * @param traffic null for none
 * @param report where the report is written at the end; null for nowhere
 * @param dataDirectory kept; null for a temporary one
 * @param apiKey bearer token of the service
 * @param seed of the simulated world
 */
record DemoSettings(
        int port,
        @Nullable Duration duration,
        @Nullable Traffic traffic,
        @Nullable Path report,
        @Nullable Path dataDirectory,
        String apiKey,
        long seed) {
    /** The key of a demonstration for which none was chosen: no secret, so it may be shown. */
    static final String KNOWN_KEY = "local";

    boolean hasKnownKey() {
        return apiKey.equals(KNOWN_KEY);
    }

    /** Whose payments are sent. */
    sealed interface Traffic {}

    /** Simulated payments at a constant rate. */
    record Simulated(double rate) implements Traffic {}

    /**
     * A file's payments.
     *
     * @param mapping name or path
     */
    record Replay(Path transactions, String mapping, Pace pace) implements Traffic {}
}
