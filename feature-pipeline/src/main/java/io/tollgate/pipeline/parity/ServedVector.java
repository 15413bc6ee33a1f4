package io.tollgate.pipeline.parity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tollgate.features.MissCause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The vector of an authorization event and what it was evaluated from.
 *
 * @param values in the order of the feature set; NaN where the event holds null
 * @param groups each names its payments from tails; an event of the first release names them only for all together
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never changed, never compared
record ServedVector(Instant decidedAt, String featureSetHash, double[] values, List<ServedGroup> groups) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /**
     * @param value the event as the hub had it
     * @throws IllegalArgumentException when it is no authorization event of a known shape
     */
    static ServedVector parse(String value) {
        try {
            JsonNode event = MAPPER.readTree(value);
            return new ServedVector(
                    Instant.parse(event.path("decidedAt").asText()),
                    event.path("featureSet").path("hash").asText(),
                    values(event.path("vector")),
                    groups(event.path("groups"), texts(event.path("tail"))));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("an authorization event of txn_events is not JSON", e);
        }
    }

    private static double[] values(JsonNode vector) {
        double[] values = new double[vector.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = vector.get(i).isNumber() ? vector.get(i).doubleValue() : Double.NaN;
        }
        return values;
    }

    private static List<ServedGroup> groups(JsonNode groups, List<String> all) {
        boolean told = false;
        for (JsonNode group : groups) {
            told |= group.has("tail");
        }
        List<ServedGroup> served = new ArrayList<>();
        for (JsonNode group : groups) {
            JsonNode cause = group.path("cause");
            served.add(new ServedGroup(
                    group.path("group").asText(),
                    ServedGroup.Outcome.valueOf(group.path("outcome").asText()),
                    cause.isTextual() ? MissCause.valueOf(cause.asText()) : null,
                    group.path("asOf").asLong(),
                    group.path("sequence").asLong(),
                    told ? texts(group.path("tail")) : all));
        }
        return served;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
