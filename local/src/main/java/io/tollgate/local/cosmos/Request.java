package io.tollgate.local.cosmos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as far as the stand-in looks at it.
 *
 * @param path decoded segments: {@code [dbs, NAME, colls, NAME, docs, ID]} or the first of these
 * @param body as received, empty when there is none
 */
record Request(String method, List<String> path, Headers headers, String body) {
    /** What the real service takes in one request, batch or item. */
    static final int MAX_BODY_BYTES = 2 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Null when the body is larger than the service takes. */
    static @Nullable Request read(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            return null;
        }
        List<String> path = Arrays.stream(exchange.getRequestURI().getRawPath().split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
        return new Request(
                exchange.getRequestMethod(),
                path,
                exchange.getRequestHeaders(),
                new String(body, StandardCharsets.UTF_8));
    }

    /** A header's value; null when it is absent. */
    @Nullable
    String header(String name) {
        return headers.getFirst(name);
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(header(name));
    }

    /** @throws BadRequestException when the body is not JSON */
    JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new BadRequestException("The body is not JSON: " + e.getOriginalMessage());
        }
    }

    /** @throws BadRequestException when the body is not a JSON object */
    ObjectNode jsonObject() {
        if (json() instanceof ObjectNode object) {
            return object;
        }
        throw new BadRequestException("The body must be a JSON object.");
    }

    /** @throws BadRequestException when there is no partition key, or one that is not a string */
    String partitionKey() {
        String text = header("x-ms-documentdb-partitionkey");
        if (text == null) {
            throw new BadRequestException("The header x-ms-documentdb-partitionkey is missing.");
        }
        return partitionKey(text);
    }

    /** @param text a JSON array of one string */
    static String partitionKey(String text) {
        try {
            JsonNode key = JSON.readTree(text);
            if (key.size() == 1 && key.get(0).isTextual()) {
                return key.get(0).textValue();
            }
        } catch (JsonProcessingException e) {
            throw new BadRequestException("The partition key is not JSON: " + e.getOriginalMessage());
        }
        throw new BadRequestException("The stand-in's partition keys are single strings, not " + text + ".");
    }
}
