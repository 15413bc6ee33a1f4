package io.tollgate.pipeline.event;

import static io.tollgate.pipeline.event.JsonFields.money;
import static io.tollgate.pipeline.event.JsonFields.object;
import static io.tollgate.pipeline.event.JsonFields.oneOf;
import static io.tollgate.pipeline.event.JsonFields.optional;
import static io.tollgate.pipeline.event.JsonFields.optionalValue;
import static io.tollgate.pipeline.event.JsonFields.point;
import static io.tollgate.pipeline.event.JsonFields.text;
import static io.tollgate.pipeline.event.JsonFields.time;
import static io.tollgate.pipeline.event.JsonFields.value;
import static io.tollgate.pipeline.event.JsonFields.vector;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.AccountId;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.AuthorizationDraft;
import io.tollgate.features.domain.AuthorizationDraft.TimeBounds;
import io.tollgate.features.domain.CardToken;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.DeviceId;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.FeatureEvent.CardStatus;
import io.tollgate.features.domain.MerchantId;
import io.tollgate.features.domain.Money;
import io.tollgate.features.domain.TransactionId;
import io.tollgate.features.domain.Violation;
import io.tollgate.features.quality.Defect;
import io.tollgate.features.quality.Expectation;
import io.tollgate.features.quality.Expectations;
import io.tollgate.features.quality.ObservedPayment;
import io.tollgate.pipeline.event.ParsedEvent.Accepted;
import io.tollgate.pipeline.event.ParsedEvent.Rejected;
import io.tollgate.pipeline.event.ParsedEvent.Served;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the hub's events ({@code tollgate.txn_event/1}) and judges them: by the message's arrival on the log instead of
 * the clock, so that a replay gives the same verdict. Throws for nothing that a message holds, but where the expectations
 * say that it stops the run. Thread-safe.
 */
public final class EventParser {
    /** The only schema that there is; the major version changes when a reader of this one would misread. */
    public static final String SCHEMA = "tollgate.txn_event/1";

    /** Sixteen times the largest event seen: 64 KB of vector, groups and reasons; more is not an event of ours. */
    public static final int MAX_BYTES = 1 << 20;

    /** Before the name of an expectation, where a rule is named. */
    public static final String EXPECTATION = "expectation.";

    private final TimeBounds bounds;
    private final Expectations expectations;
    private final FeatureEngine engine;
    private final Detail detail;

    /** How much of a message is read; the verdict on it is the same. */
    public enum Detail {
        /** The event alone: {@link Served} comes without its vector and groups. */
        EVENT,
        /** The event and all that it says about how it was decided. */
        SERVED
    }

    /**
     * @param rules what events must hold to
     * @param engine says which currencies it can count
     */
    public EventParser(EventRules rules, FeatureEngine engine, Detail detail) {
        this.bounds = rules.timeBounds();
        this.expectations = rules.compiled();
        this.engine = engine;
        this.detail = detail;
    }

    /**
     * @param value the message; null is a tombstone, which this topic does not have
     * @param arrivedAtMs when the log took it, milliseconds since the epoch
     * @throws BrokenExpectationException when the event breaks an expectation that stops the run
     */
    public ParsedEvent parse(byte @Nullable [] value, long arrivedAtMs) {
        if (value == null || value.length == 0) {
            return new Rejected(Defect.MISSING, "value.present", "the message has no value");
        }
        if (value.length > MAX_BYTES) {
            return new Rejected(
                    Defect.INVALID, "value.size", "the message has " + value.length + " bytes, more than " + MAX_BYTES);
        }
        try {
            return parse(JsonFields.read(value, detail == Detail.SERVED), Instant.ofEpochMilli(arrivedAtMs));
        } catch (BadFieldException e) {
            return e.rejected();
        }
    }

    private ParsedEvent parse(JsonNode root, Instant arrivedAt) {
        String schema = text(root, "schema");
        if (!SCHEMA.equals(schema)) {
            throw new BadFieldException(Defect.INVALID, "schema", "schema must be " + SCHEMA);
        }
        String type = text(root, "type");
        return switch (type) {
            case "authorization" -> authorization(root, arrivedAt);
            case "outcome" -> new Accepted(outcome(root, arrivedAt), null, List.of());
            case "reference" -> new Accepted(reference(root, arrivedAt), null, List.of());
            default ->
                throw new BadFieldException(
                        Defect.INVALID, "type", "type must be one of authorization, outcome, reference");
        };
    }

    private ParsedEvent authorization(JsonNode root, Instant arrivedAt) {
        JsonNode body = object(root, "authorization");
        AuthorizationDraft draft = AuthorizationJson.draft(body);
        AuthorizationDraft.Result result = draft.validate(arrivedAt, bounds);
        if (result instanceof AuthorizationDraft.Result.Invalid invalid) {
            return rejected(invalid);
        }
        Authorization authorization = ((AuthorizationDraft.Result.Valid) result).authorization();
        String id = authorization.transactionId().value();
        if (!id.equals(text(root, "eventId")) || !id.equals(text(root, "transactionId"))) {
            throw new BadFieldException(
                    Defect.INCONSISTENT, "eventId", "eventId, transactionId and the authorization's must be the same");
        }
        Money amount = authorization.amount();
        if (!engine.supportsCurrency(amount.currency(), authorization.occurredAt())) {
            throw new BadFieldException(
                    Defect.INACCURATE,
                    "amount.currency",
                    "no rate for " + amount.currency() + " at that time; add it to the rates table");
        }
        Instant decidedAt = time(root, "decidedAt");
        JsonNode scoreNode = root.path("score");
        double score = scoreNode.isNumber() ? scoreNode.doubleValue() : Double.NaN;
        if (score < 0 || score > 1) {
            throw new BadFieldException(Defect.INACCURATE, "score", "score must be between 0 and 1");
        }
        FeatureEvent.Decided event =
                new FeatureEvent.Decided(authorization, oneOf(Decision.class, root, "decision"), score);
        List<String> warnings = unexpected(new ObservedPayment(
                event, engine.baseAmount(authorization), decidedAt.toEpochMilli(), arrivedAt.toEpochMilli()));
        JsonNode set = root.path("featureSet");
        return new Accepted(
                event,
                new Served(
                        decidedAt.toEpochMilli(),
                        optional(set, "version"),
                        optional(set, "hash"),
                        optional(root, "model"),
                        optional(root, "policy"),
                        vector(root.path("vector")),
                        root.path("groups").isArray() ? root.path("groups").toString() : null),
                warnings);
    }

    /** The names of the warnings; what is worse leaves the parse. */
    private List<String> unexpected(ObservedPayment payment) {
        List<Expectation> broken = expectations.broken(payment);
        if (broken.isEmpty()) {
            return List.of();
        }
        List<String> warnings = new ArrayList<>();
        for (Expectation expectation : broken) {
            switch (expectation.action()) {
                case FAIL ->
                    throw new BrokenExpectationException(
                            expectation, payment.event().eventId());
                case QUARANTINE ->
                    throw new BadFieldException(
                            expectation.defect(),
                            EXPECTATION + expectation.name(),
                            expectation.description() + "; expected "
                                    + expectation.condition().source());
                case WARN -> warnings.add(expectation.name());
            }
        }
        return warnings;
    }

    private static Rejected rejected(AuthorizationDraft.Result.Invalid invalid) {
        Violation first = invalid.violations().get(0);
        Defect defect = Defect.INVALID;
        if (first.reason().equals("is required")) {
            defect = Defect.MISSING;
        } else if (first.field().equals("occurredAt") && first.reason().contains("in the past")) {
            defect = Defect.STALE;
        } else if (first.field().equals("occurredAt") && first.reason().contains("in the future")) {
            defect = Defect.INACCURATE;
        } else if (first.field().equals("device")) {
            defect = Defect.INCOMPLETE;
        }
        String reason = invalid.violations().stream()
                .map(v -> v.field() + " " + v.reason())
                .collect(Collectors.joining("; "));
        return new Rejected(defect, first.field(), reason);
    }

    private FeatureEvent outcome(JsonNode root, Instant arrivedAt) {
        TransactionId id = value(root, "transactionId", TransactionId::new);
        JsonNode card = object(root, "card");
        JsonNode device = root.path("device");
        JsonNode fraud = root.path("fraud");
        if (!fraud.isBoolean()) {
            throw new BadFieldException(
                    fraud.isMissingNode() ? Defect.MISSING : Defect.INVALID, "fraud", "fraud must be true or false");
        }
        Instant occurredAt = time(root, "occurredAt");
        Instant knownAt = notAhead(root, "knownAt", arrivedAt);
        if (knownAt.isBefore(occurredAt)) {
            throw new BadFieldException(Defect.INCONSISTENT, "knownAt", "knownAt must not be before occurredAt");
        }
        if (!("o:" + id.value()).equals(text(root, "eventId"))) {
            throw new BadFieldException(Defect.INCONSISTENT, "eventId", "eventId must be o: and the transactionId");
        }
        return new FeatureEvent.Outcome(
                id,
                occurredAt,
                knownAt,
                fraud.booleanValue(),
                money(object(root, "amount")),
                value(card, "token", CardToken::new),
                optionalValue(card, "accountId", AccountId::new),
                value(object(root, "merchant"), "id", MerchantId::new),
                optionalValue(device, "id", DeviceId::new),
                optional(device, "ip"));
    }

    private FeatureEvent reference(JsonNode root, Instant arrivedAt) {
        JsonNode card = object(root, "card");
        JsonNode home = root.path("home");
        JsonNode limit = root.path("creditLimit");
        FeatureEvent.Reference reference = new FeatureEvent.Reference(
                value(card, "token", CardToken::new),
                value(card, "accountId", AccountId::new),
                notAhead(root, "validFrom", arrivedAt),
                oneOf(CardStatus.class, root, "status"),
                time(root, "openedAt"),
                text(root, "homeCountry"),
                home.isObject() ? point(home) : null,
                limit.canConvertToLong() ? limit.longValue() : -1);
        if (!reference.eventId().equals(text(root, "eventId"))) {
            throw new BadFieldException(
                    Defect.INCONSISTENT,
                    "eventId",
                    "eventId must be r:, the card's token and validFrom in milliseconds");
        }
        return reference;
    }

    /**
     * When something became known. It may be as old as it likes, since a change feed can be read from its beginning; from
     * the future it would make a state forget all that comes before it, and stand for ever as the newest.
     */
    private Instant notAhead(JsonNode root, String field, Instant arrivedAt) {
        Instant at = time(root, field);
        if (at.isAfter(arrivedAt.plus(bounds.maxFuture()))) {
            throw new BadFieldException(
                    Defect.INACCURATE,
                    field,
                    field + " lies more than " + bounds.maxFuture() + " in the future; check the sender's clock");
        }
        return at;
    }
}
