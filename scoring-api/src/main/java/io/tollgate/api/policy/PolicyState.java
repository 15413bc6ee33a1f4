package io.tollgate.api.policy;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a policy stands, for people and metrics.
 *
 * @param active null for a shadow policy that could not be read yet
 * @param since when it was taken
 * @param rolledBack whether the file holds a later policy than the active one
 * @param previous what a roll back returns to, the next one first
 * @param problem why the file's policy is not in force; null when it is, or was rolled back from
 * @param taken policies taken from the file since the start
 * @param refused those that were not
 */
public record PolicyState(
        String source,
        @Nullable Version active,
        Instant since,
        boolean rolledBack,
        List<Version> previous,
        @Nullable String problem,
        long taken,
        long refused) {
    public PolicyState {
        previous = List.copyOf(previous);
    }

    /**
     * @param version as the file states it
     * @param hash of its text
     */
    public record Version(String version, String hash) {}
}
