package io.tollgate.local.traffic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.GeoPoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The request and the answer of {@code POST /v1/authorizations}. */
public final class AuthorizationJson {
    private static final JsonFactory JSON = new JsonFactory();

    private AuthorizationJson() {}

    public static byte[] write(Authorization a) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("transactionId", a.transactionId().value());
            json.writeStringField("occurredAt", a.occurredAt().toString());
            json.writeObjectFieldStart("amount");
            json.writeStringField("value", a.amount().value().toPlainString());
            json.writeStringField("currency", a.amount().currency());
            json.writeEndObject();
            json.writeObjectFieldStart("card");
            json.writeStringField("token", a.card().token().value());
            optional(json, "accountId", a.card().accountId());
            json.writeStringField("entryMode", a.card().entryMode().name());
            json.writeEndObject();
            json.writeObjectFieldStart("merchant");
            json.writeStringField("id", a.merchant().id().value());
            json.writeStringField("categoryCode", a.merchant().categoryCode());
            json.writeStringField("country", a.merchant().country());
            json.writeEndObject();
            Authorization.Device device = a.device();
            if (device != null) {
                json.writeObjectFieldStart("device");
                optional(json, "id", device.id());
                optional(json, "ip", device.ip());
                json.writeEndObject();
            }
            GeoPoint location = a.location();
            if (location != null) {
                json.writeObjectFieldStart("location");
                json.writeNumberField("lat", location.lat());
                json.writeNumberField("lon", location.lon());
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what is counted of an answer.
     *
     * @throws IOException when this is no decision
     */
    public static Answer read(byte[] body) throws IOException {
        Decision decision = null;
        List<String> degraded = new ArrayList<>();
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the answer is no JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "decision" -> decision = Decision.valueOf(json.getText());
                    case "degraded" -> {
                        while (json.nextToken() == JsonToken.VALUE_STRING) {
                            degraded.add(json.getText());
                        }
                    }
                    default -> json.skipChildren();
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the answer has an unknown decision", e);
        }
        if (decision == null) {
            throw new IOException("the answer has no decision");
        }
        return new Answer(decision, List.copyOf(degraded));
    }

    private static void optional(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value != null) {
            // Identifiers print themselves in full, but for card tokens, which are written by value above.
            json.writeStringField(name, value.toString());
        }
    }

    /**
     * A decision.
     *
     * @param degraded which fallbacks the service used
     */
    public record Answer(Decision decision, List<String> degraded) {}
}
