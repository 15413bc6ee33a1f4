package io.tollgate.api.decision;

import io.tollgate.features.domain.Iso8601;
import io.tollgate.features.policy.Degradation;
import io.tollgate.features.policy.Reason;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;

/** The answer's JSON, as the contract shows it. */
final class AnswerJson {
    private static final int TYPICAL_BYTES = 512;

    private AnswerJson() {}

    static byte[] encode(Payment payment, String featureSet) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("transactionId", payment.id());
            json.writeStringProperty("decision", payment.decision().name());
            verdict(json, payment);
            json.writeStringProperty("featureSet", featureSet);
            model(json, payment);
            json.writeStringProperty("policy", payment.policy());
            json.writeStringProperty("decidedAt", Iso8601.format(Instant.ofEpochMilli(payment.decidedAtMs())));
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** Score, reasons and degradations: the same in the answer and in the event. */
    static void verdict(JsonGenerator json, Payment payment) {
        json.writeName("score");
        Json.number(json, payment.score());
        json.writeArrayPropertyStart("reasons");
        for (Reason reason : payment.reasons()) {
            json.writeStartObject();
            json.writeStringProperty("code", reason.code());
            json.writeStringProperty("message", reason.message());
            json.writeName("weight");
            Json.number(json, reason.weight());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("degraded");
        for (Degradation how : payment.degraded()) {
            json.writeString(how.name());
        }
        json.writeEndArray();
    }

    static void model(JsonGenerator json, Payment payment) {
        json.writeName("model");
        if (payment.model() == null) {
            json.writeNull();
        } else {
            json.writeString(payment.model());
        }
    }
}
