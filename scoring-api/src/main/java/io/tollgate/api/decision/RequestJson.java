package io.tollgate.api.decision;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.Iso8601;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import tools.jackson.core.JsonGenerator;

/**
 * The request in its canonical form: known fields only, in one order. It goes into the event as it is, and its digest
 * tells a retry from another payload under the same id.
 */
public final class RequestJson {
    /** 128 bits: two payloads under one id never collide by accident. */
    static final int DIGEST_BYTES = 16;

    private static final int TYPICAL_BYTES = 384;

    private RequestJson() {}

    public static byte[] encode(Authorization a) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator json = Json.generator(out)) {
            write(json, a);
        }
        return out.toByteArray();
    }

    static byte[] digest(byte[] bytes) {
        return Arrays.copyOf(Sha256.of(bytes), DIGEST_BYTES);
    }

    private static void write(JsonGenerator json, Authorization a) {
        json.writeStartObject();
        json.writeStringProperty("transactionId", a.transactionId().value());
        json.writeStringProperty("occurredAt", Iso8601.format(a.occurredAt()));
        json.writeObjectPropertyStart("amount");
        json.writeStringProperty("value", a.amount().value().toPlainString());
        json.writeStringProperty("currency", a.amount().currency());
        json.writeEndObject();
        json.writeObjectPropertyStart("card");
        json.writeStringProperty("token", a.card().token().value());
        if (a.card().accountId() != null) {
            json.writeStringProperty("accountId", a.card().accountId().value());
        }
        json.writeStringProperty("entryMode", a.card().entryMode().name());
        json.writeEndObject();
        json.writeObjectPropertyStart("merchant");
        json.writeStringProperty("id", a.merchant().id().value());
        json.writeStringProperty("categoryCode", a.merchant().categoryCode());
        json.writeStringProperty("country", a.merchant().country());
        json.writeEndObject();
        if (a.device() != null) {
            device(json, a.device());
        }
        if (a.location() != null) {
            location(json, a.location());
        }
        json.writeEndObject();
    }

    private static void device(JsonGenerator json, Authorization.Device device) {
        json.writeObjectPropertyStart("device");
        if (device.id() != null) {
            json.writeStringProperty("id", device.id().value());
        }
        if (device.ip() != null) {
            json.writeStringProperty("ip", device.ip());
        }
        json.writeEndObject();
    }

    private static void location(JsonGenerator json, GeoPoint location) {
        json.writeObjectPropertyStart("location");
        json.writeName("lat");
        Json.number(json, location.lat());
        json.writeName("lon");
        Json.number(json, location.lon());
        json.writeEndObject();
    }
}
