package io.tollgate.pipeline.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tollgate.features.MissCause;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A decided payment says that nothing was known of its card: the group {@code card:reference} was missing, and not because
 * Redis was.
 *
 * @param card the card's token
 */
record ReferenceWish(String card) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String GROUP = "card:reference";

    /** Other causes say something about Redis or the blob; what Cosmos DB knows would not mend them. */
    private static final Set<String> CAUSES = Set.of(MissCause.NEW_ENTITY.name(), MissCause.EXPIRED.name());

    ReferenceWish {
        Objects.requireNonNull(card, "card");
    }

    /** The wish in a message of the hub; null when it holds none. What cannot be read is the pipeline's to judge. */
    static @Nullable ReferenceWish in(byte[] message) {
        JsonNode event;
        try {
            event = MAPPER.readTree(message);
        } catch (IOException e) {
            return null;
        }
        if (event == null || !event.path("type").asText().equals("authorization")) {
            return null;
        }
        String card = event.path("authorization").path("card").path("token").asText();
        for (JsonNode group : event.path("groups")) {
            if (group.path("group").asText().equals(GROUP)) {
                boolean wished = group.path("outcome").asText().equals("MISS")
                        && CAUSES.contains(group.path("cause").asText());
                return wished && !card.isEmpty() ? new ReferenceWish(card) : null;
            }
        }
        return null;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "ReferenceWish";
    }
}
