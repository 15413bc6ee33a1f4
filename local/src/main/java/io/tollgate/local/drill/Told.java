package io.tollgate.local.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * What is compared of a decision: as it was answered, as an event tells it, or as a row of history has it.
 *
 * @param decision APPROVE, STEP_UP or DECLINE
 * @param decidedAt to the millisecond
 */
record Told(String decision, Instant decidedAt) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws IOException when this is no decision */
    static Told read(String json) throws IOException {
        return of(JSON.readTree(json));
    }

    static Told of(JsonNode root) throws IOException {
        return of(root.path("decision").asText(), root.path("decidedAt").asText());
    }

    /** @throws IOException when this is no decision */
    static Told of(String decision, String decidedAt) throws IOException {
        if (decision.isEmpty()) {
            throw new IOException("an answer, an event or a row tells no decision");
        }
        try {
            return new Told(decision, Instant.parse(decidedAt));
        } catch (DateTimeException e) {
            throw new IOException("a decision was made at no instant: '" + decidedAt + "'", e);
        }
    }
}
