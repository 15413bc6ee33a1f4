package io.tollgate.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the pipeline says of itself in its status file.
 *
 * @param running whether all of its queries run
 * @param eventsPublished events whose features have been published since it started
 * @param messagesRead from the hub by the history, of all runs
 * @param authorizationsInDelta decided payments in the history, of all runs
 * @param duplicates events that came again, of all runs
 * @param quarantined messages that were no valid events, of all runs
 * @param vectors feature vectors computed for the history since it started
 * @param freshness from the decision to readable in Redis, since it started
 * @param recentFreshness the same, lately
 */
public record PipelineStatus(
        boolean running,
        long eventsPublished,
        long messagesRead,
        long authorizationsInDelta,
        long duplicates,
        long quarantined,
        long vectors,
        Freshness freshness,
        Freshness recentFreshness) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Milliseconds; -1 while nothing was measured. */
    public record Freshness(long p50, long p99) {
        private static Freshness of(JsonNode node) {
            return new Freshness(node.path("p50").asLong(-1), node.path("p99").asLong(-1));
        }
    }

    /** The status that a file holds, all zero while there is no file. */
    public static PipelineStatus read(Path file) throws IOException {
        JsonNode root = MissingNode.getInstance();
        try {
            root = JSON.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            // not started yet
        }
        JsonNode publisher = root.path("publisher");
        JsonNode history = root.path("history");
        return new PipelineStatus(
                root.at("/process/state").asText().equals("running"),
                publisher.path("eventsSeen").asLong(),
                history.path("eventsSeen").asLong(),
                history.path("authorizationsInDelta").asLong(),
                history.path("duplicates").asLong(),
                history.path("quarantined").asLong(),
                root.at("/vectors/rows").asLong(),
                Freshness.of(publisher.path("freshnessMs")),
                Freshness.of(publisher.path("recentFreshnessMs")));
    }

    /** What was counted since an earlier reading; the freshness stays what it is. */
    public PipelineStatus since(PipelineStatus earlier) {
        return new PipelineStatus(
                running,
                eventsPublished - earlier.eventsPublished,
                messagesRead - earlier.messagesRead,
                authorizationsInDelta - earlier.authorizationsInDelta,
                duplicates - earlier.duplicates,
                quarantined - earlier.quarantined,
                vectors - earlier.vectors,
                freshness,
                recentFreshness);
    }
}
