package io.tollgate.api.decision;

import io.tollgate.features.domain.Iso8601;
import io.tollgate.features.policy.Degradation;
import io.tollgate.features.policy.Reason;
import java.time.Instant;

/** The answer's JSON, as the contract shows it. */
final class AnswerJson {
    private static final int TYPICAL_BYTES = 512;

    private static final byte[] TRANSACTION_ID = JsonBytes.name("transactionId");
    private static final byte[] DECISION = JsonBytes.name("decision");
    private static final byte[] SCORE = JsonBytes.name("score");
    private static final byte[] REASONS = JsonBytes.name("reasons");
    private static final byte[] CODE = JsonBytes.name("code");
    private static final byte[] MESSAGE = JsonBytes.name("message");
    private static final byte[] WEIGHT = JsonBytes.name("weight");
    private static final byte[] DEGRADED = JsonBytes.name("degraded");
    private static final byte[] FEATURE_SET = JsonBytes.name("featureSet");
    private static final byte[] MODEL = JsonBytes.name("model");
    private static final byte[] POLICY = JsonBytes.name("policy");
    private static final byte[] DECIDED_AT = JsonBytes.name("decidedAt");

    private AnswerJson() {}

    static byte[] encode(Payment payment, String featureSet) {
        JsonBytes json = new JsonBytes(TYPICAL_BYTES).startObject().text(TRANSACTION_ID, payment.id());
        decided(json, payment);
        json.text(FEATURE_SET, featureSet);
        by(json, payment);
        return json.text(DECIDED_AT, Iso8601.format(Instant.ofEpochMilli(payment.decidedAtMs())))
                .endObject()
                .toByteArray();
    }

    /** Decision, score, reasons, degradations, model and policy: the same in the answer and in the event. */
    static void verdict(JsonBytes json, Payment payment) {
        decided(json, payment);
        by(json, payment);
    }

    private static void decided(JsonBytes json, Payment payment) {
        json.text(DECISION, payment.decision().name()).named(SCORE).number(payment.score());
        json.startArray(REASONS);
        for (Reason reason : payment.reasons()) {
            json.startObject()
                    .text(CODE, reason.code())
                    .text(MESSAGE, reason.message())
                    .named(WEIGHT)
                    .number(reason.weight())
                    .endObject();
        }
        json.endArray().startArray(DEGRADED);
        for (Degradation how : payment.degraded()) {
            json.text(how.name());
        }
        json.endArray();
    }

    private static void by(JsonBytes json, Payment payment) {
        String model = payment.model();
        if (model == null) {
            json.none(MODEL);
        } else {
            json.text(MODEL, model);
        }
        json.text(POLICY, payment.policy());
    }
}
