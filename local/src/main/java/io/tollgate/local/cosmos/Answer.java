package io.tollgate.local.cosmos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response before it is written.
 *
 * @param headers besides those that every response has
 * @param body null for none
 */
record Answer(
        int status, Map<String, String> headers, @Nullable JsonNode body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Answer of(int status, @Nullable JsonNode body) {
        return new Answer(status, Map.of(), body);
    }

    static Answer error(int status, String message) {
        String code = switch (status) {
            case 401 -> "Unauthorized";
            case 404 -> "NotFound";
            case 409 -> "Conflict";
            case 412 -> "PreconditionFailed";
            case 413 -> "RequestEntityTooLarge";
            case 429 -> "TooManyRequests";
            case 500 -> "InternalServerError";
            default -> "BadRequest";
        };
        return of(status, JSON.createObjectNode().put("code", code).put("message", message));
    }

    Answer with(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Answer(status, Map.copyOf(more), body);
    }

    Answer withoutBody() {
        return new Answer(status, headers, null);
    }
}
