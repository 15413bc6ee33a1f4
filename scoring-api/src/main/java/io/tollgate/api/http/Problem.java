package io.tollgate.api.http;

import io.tollgate.api.decision.Json;
import io.tollgate.features.domain.Violation;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * An error as the caller sees it (RFC 9457, {@code application/problem+json}).
 *
 * @param status HTTP status
 * @param title what kind of problem this is, the same for every occurrence
 * @param detail what happened and what to do about it; never quotes what was sent
 * @param violations each field that is wrong; empty for other problems
 */
public record Problem(int status, String title, String detail, List<Violation> violations) {
    public static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(int status, String title, String detail) {
        return new Problem(status, title, detail, List.of());
    }

    static Problem invalid(List<Violation> violations) {
        return new Problem(
                400, "Invalid request", "the request breaks the contract in each of the ways listed", violations);
    }

    static Problem unauthorized(String reason) {
        return of(401, "Not authenticated", reason);
    }

    static Problem forbidden(String scope) {
        return of(403, "Not allowed", "the token lacks the scope " + scope);
    }

    static Problem tooMany(int seconds) {
        return of(
                429,
                "Too many requests",
                "this client sends more than it is allowed to; wait " + seconds + " s and send less at a time");
    }

    static Problem tooLarge(int limit) {
        return of(413, "Too large", "the body is larger than " + limit + " bytes, which no authorization is");
    }

    static Problem mediaType() {
        return of(415, "Unsupported media type", "send Content-Type: application/json");
    }

    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("type", "about:blank");
            json.writeStringProperty("title", title);
            json.writeNumberProperty("status", status);
            json.writeStringProperty("detail", detail);
            if (!violations.isEmpty()) {
                json.writeArrayPropertyStart("violations");
                for (Violation violation : violations) {
                    json.writeStartObject();
                    json.writeStringProperty("field", violation.field());
                    json.writeStringProperty("reason", violation.reason());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
