package io.tollgate.api.decision;

import io.tollgate.features.Lookup;
import io.tollgate.features.TailEvent;
import io.tollgate.features.domain.Iso8601;
import io.tollgate.features.spec.FeatureSet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A decided payment as an event, by the published schema {@code tollgate.txn_event/1}. Immutable and thread-safe.
 */
final class EventJson {
    private static final int TYPICAL_BYTES = 3_072;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private static final byte[] SCHEMA = JsonBytes.name("schema");
    private static final byte[] TYPE = JsonBytes.name("type");
    private static final byte[] EVENT_ID = JsonBytes.name("eventId");
    private static final byte[] TRANSACTION_ID = JsonBytes.name("transactionId");
    private static final byte[] OCCURRED_AT = JsonBytes.name("occurredAt");
    private static final byte[] DECIDED_AT = JsonBytes.name("decidedAt");
    private static final byte[] AUTHORIZATION = JsonBytes.name("authorization");
    private static final byte[] FEATURE_SET = JsonBytes.name("featureSet");
    private static final byte[] VECTOR = JsonBytes.name("vector");

    private final byte[] featureSet;
    private final GroupsJson groups;

    EventJson(FeatureSet featureSet) {
        this.featureSet = new JsonBytes(128)
                .startObject()
                .text(JsonBytes.name("version"), featureSet.version())
                .text(JsonBytes.name("hash"), featureSet.hashText())
                .endObject()
                .toByteArray();
        this.groups = new GroupsJson(featureSet.groups());
    }

    byte[] encode(Payment payment) {
        return encode(
                payment,
                Iso8601.format(Instant.ofEpochMilli(payment.decidedAtMs())),
                payment.vector().values(),
                payment.vector().lookups(),
                payment.vector().tailEvents(),
                json -> AnswerJson.verdict(json, payment));
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
                        json.named(JsonBytes.name(name))
                                .raw(answer.path(name).toString().getBytes(StandardCharsets.UTF_8));
                    }
                });
    }

    private byte[] encode(
            Payment payment,
            String decidedAt,
            double[] vector,
            List<Lookup> lookups,
            List<TailEvent> tail,
            Consumer<JsonBytes> verdict) {
        JsonBytes json = new JsonBytes(TYPICAL_BYTES)
                .startObject()
                .text(SCHEMA, "tollgate.txn_event/1")
                .text(TYPE, "authorization")
                .text(EVENT_ID, payment.id())
                .text(TRANSACTION_ID, payment.id())
                .text(OCCURRED_AT, Iso8601.format(payment.authorization().occurredAt()))
                .text(DECIDED_AT, decidedAt)
                .named(AUTHORIZATION)
                .raw(payment.request());
        verdict.accept(json);
        json.named(FEATURE_SET).raw(featureSet);
        json.startArray(VECTOR).numbers(vector).endArray();
        groups.write(json, lookups, tail, group -> true);
        GroupsJson.tail(json, tail);
        return json.endObject().toByteArray();
    }
}
