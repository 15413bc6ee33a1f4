package io.tollgate.local.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/**
 * What is compared of a decision: as it was answered, or as an event tells it.
 *
 * @param decision APPROVE, STEP_UP or DECLINE
 * @param decidedAt as text, to the millisecond
 */
record Told(String decision, String decidedAt) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws IOException when this is no decision */
    static Told read(String json) throws IOException {
        return of(JSON.readTree(json));
    }

    static Told of(JsonNode root) throws IOException {
        String decision = root.path("decision").asText();
        String decidedAt = root.path("decidedAt").asText();
        if (decision.isEmpty() || decidedAt.isEmpty()) {
            throw new IOException("there is no decision in " + root);
        }
        return new Told(decision, decidedAt);
    }
}
