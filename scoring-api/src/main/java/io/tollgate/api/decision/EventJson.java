package io.tollgate.api.decision;

import io.tollgate.features.Lookup;
import io.tollgate.features.TailEvent;
import io.tollgate.features.domain.Iso8601;
import io.tollgate.features.spec.FeatureSet;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A decided payment as an event, by the published schema {@code tollgate.txn_event/1}. Immutable and thread-safe.
 */
final class EventJson {
    private static final int TYPICAL_BYTES = 3_072;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final FeatureSet featureSet;
    private final String hash;

    EventJson(FeatureSet featureSet) {
        this.featureSet = featureSet;
        this.hash = featureSet.hashText();
    }

    byte[] encode(Payment payment) {
        return encode(
                payment,
                Iso8601.format(Instant.ofEpochMilli(payment.decidedAtMs())),
                payment.vector().values(),
                payment.vector().lookups(),
                payment.vector().tailEvents(),
                json -> {
                    json.writeStringProperty("decision", payment.decision().name());
                    AnswerJson.verdict(json, payment);
                    AnswerJson.model(json, payment);
                    json.writeStringProperty("policy", payment.policy());
                });
    }

    /** The event of a decision that another process made, from its record and the same request sent again. */
    byte[] encode(Payment retry, DecisionRecord standing) {
        JsonNode answer = MAPPER.readTree(standing.answer());
        return encode(
                retry,
                answer.path("decidedAt").asString(),
                standing.vector(),
                standing.lookups(),
                standing.tail(),
                json -> {
                    for (String name : List.of("decision", "score", "reasons", "degraded", "model", "policy")) {
                        json.writeName(name);
                        json.writeRawValue(answer.path(name).toString());
                    }
                });
    }

    private byte[] encode(
            Payment payment,
            String decidedAt,
            double[] vector,
            List<Lookup> lookups,
            List<TailEvent> tail,
            Consumer<JsonGenerator> verdict) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("schema", "tollgate.txn_event/1");
            json.writeStringProperty("type", "authorization");
            json.writeStringProperty("eventId", payment.id());
            json.writeStringProperty("transactionId", payment.id());
            json.writeStringProperty(
                    "occurredAt", Iso8601.format(payment.authorization().occurredAt()));
            json.writeStringProperty("decidedAt", decidedAt);
            json.writeName("authorization");
            // ASCII by validation: identifiers, codes and numbers only.
            json.writeRawValue(new String(payment.request(), StandardCharsets.US_ASCII));
            verdict.accept(json);
            json.writeObjectPropertyStart("featureSet");
            json.writeStringProperty("version", featureSet.version());
            json.writeStringProperty("hash", hash);
            json.writeEndObject();
            json.writeArrayPropertyStart("vector");
            Json.numbers(json, vector);
            json.writeEndArray();
            GroupsJson.write(json, featureSet.groups(), lookups, tail);
            json.writeArrayPropertyStart("tail");
            tail.forEach(event -> json.writeString(event.eventId()));
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
