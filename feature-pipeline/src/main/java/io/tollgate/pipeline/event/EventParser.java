package io.tollgate.pipeline.event;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.Iso8601;
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
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the hub's events ({@code tollgate.txn_event/1}). Throws for nothing that a message holds, but where the
 * expectations say that it stops the run, and judges by
 * the message's arrival on the log instead of the clock, so that a replay gives the same verdict. Thread-safe.
 */
public final class EventParser {
    /** The only schema that there is; the major version changes when a reader of this one would misread. */
    public static final String SCHEMA = "tollgate.txn_event/1";

    /** Sixteen times the largest event seen: 64 KB of vector, groups and reasons; more is not an event of ours. */
    public static final int MAX_BYTES = 1 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxNumberLength(64)
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Nine tenths of a message, and of no interest to who folds the event. */
    private static final Set<String> SERVED_ONLY = Set.of("vector", "groups");

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
            ObjectNode root = read(value);
            if (root == null) {
                return new Rejected(Defect.INVALID, "json.object", "the message is not a JSON object");
            }
            return parse(root, Instant.ofEpochMilli(arrivedAtMs));
        } catch (JsonProcessingException e) {
            return new Rejected(Defect.INVALID, "json.syntax", "not JSON: " + problem(e));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory cannot fail", e);
        } catch (BadField e) {
            return e.rejected;
        }
    }

    /** The message's fields, without those that the caller does not look at; null when it is not an object. */
    private @Nullable ObjectNode read(byte[] value) throws IOException {
        try (JsonParser json = MAPPER.createParser(value)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            ObjectNode root = MAPPER.createObjectNode();
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                if (detail == Detail.EVENT && SERVED_ONLY.contains(field)) {
                    json.skipChildren();
                } else {
                    root.set(field, json.<JsonNode>readValueAsTree());
                }
            }
            if (json.nextToken() != null) {
                throw new JsonParseException(json, "more behind the object");
            }
            return root;
        }
    }

    private ParsedEvent parse(JsonNode root, Instant arrivedAt) {
        String schema = text(root, "schema");
        if (!SCHEMA.equals(schema)) {
            throw new BadField(Defect.INVALID, "schema", "schema must be " + SCHEMA);
        }
        String type = text(root, "type");
        return switch (type) {
            case "authorization" -> authorization(root, arrivedAt);
            case "outcome" -> new Accepted(outcome(root), null, List.of());
            case "reference" -> new Accepted(reference(root), null, List.of());
            default ->
                throw new BadField(Defect.INVALID, "type", "type must be one of authorization, outcome, reference");
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
            throw new BadField(
                    Defect.INCONSISTENT, "eventId", "eventId, transactionId and the authorization's must be the same");
        }
        Money amount = authorization.amount();
        if (!engine.supportsCurrency(amount.currency(), authorization.occurredAt())) {
            throw new BadField(
                    Defect.INACCURATE,
                    "amount.currency",
                    "no rate for " + amount.currency() + " at that time; add it to the rates table");
        }
        Instant decidedAt = time(root, "decidedAt");
        JsonNode scoreNode = root.path("score");
        double score = scoreNode.isNumber() ? scoreNode.doubleValue() : Double.NaN;
        if (score < 0 || score > 1) {
            throw new BadField(Defect.INACCURATE, "score", "score must be between 0 and 1");
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
                    throw new BadField(
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

    private static FeatureEvent outcome(JsonNode root) {
        TransactionId id = value(root, "transactionId", TransactionId::new);
        JsonNode card = object(root, "card");
        JsonNode device = root.path("device");
        JsonNode fraud = root.path("fraud");
        if (!fraud.isBoolean()) {
            throw new BadField(
                    fraud.isMissingNode() ? Defect.MISSING : Defect.INVALID, "fraud", "fraud must be true or false");
        }
        Instant occurredAt = time(root, "occurredAt");
        Instant knownAt = time(root, "knownAt");
        if (knownAt.isBefore(occurredAt)) {
            throw new BadField(Defect.INCONSISTENT, "knownAt", "knownAt must not be before occurredAt");
        }
        if (!("o:" + id.value()).equals(text(root, "eventId"))) {
            throw new BadField(Defect.INCONSISTENT, "eventId", "eventId must be o: and the transactionId");
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

    private static FeatureEvent reference(JsonNode root) {
        JsonNode card = object(root, "card");
        JsonNode home = root.path("home");
        JsonNode limit = root.path("creditLimit");
        FeatureEvent.Reference reference = new FeatureEvent.Reference(
                value(card, "token", CardToken::new),
                value(card, "accountId", AccountId::new),
                time(root, "validFrom"),
                oneOf(CardStatus.class, root, "status"),
                time(root, "openedAt"),
                text(root, "homeCountry"),
                home.isObject() ? point(home) : null,
                limit.canConvertToLong() ? limit.longValue() : -1);
        if (!reference.eventId().equals(text(root, "eventId"))) {
            throw new BadField(
                    Defect.INCONSISTENT,
                    "eventId",
                    "eventId must be r:, the card's token and validFrom in milliseconds");
        }
        return reference;
    }

    private static Money money(JsonNode node) {
        String amount = text(node, "value");
        String currency = text(node, "currency");
        try {
            return new Money(new BigDecimal(amount), currency);
        } catch (IllegalArgumentException e) {
            throw new BadField(Defect.INACCURATE, "amount", "amount must be a decimal number with a currency");
        }
    }

    private static GeoPoint point(JsonNode node) {
        if (!node.path("lat").isNumber() || !node.path("lon").isNumber()) {
            throw new BadField(Defect.INCOMPLETE, "home", "home must have lat and lon");
        }
        try {
            return new GeoPoint(node.path("lat").doubleValue(), node.path("lon").doubleValue());
        } catch (IllegalArgumentException e) {
            throw new BadField(Defect.INACCURATE, "home", "home: " + e.getMessage());
        }
    }

    private static double @Nullable [] vector(JsonNode node) {
        if (!node.isArray()) {
            return null;
        }
        double[] vector = new double[node.size()];
        for (int i = 0; i < vector.length; i++) {
            JsonNode value = node.get(i);
            vector[i] = value.isNumber() ? value.doubleValue() : Double.NaN;
        }
        return vector;
    }

    private static Instant time(JsonNode node, String field) {
        String text = text(node, field);
        try {
            return Instant.ofEpochMilli(Iso8601.parse(text).toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw new BadField(Defect.INVALID, field, field + " must be an ISO 8601 instant with an offset");
        }
    }

    private static <E extends Enum<E>> E oneOf(Class<E> type, JsonNode node, String field) {
        String text = text(node, field);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw new BadField(Defect.INVALID, field, field + " must be one of " + List.of(type.getEnumConstants()));
    }

    private static <T> T value(JsonNode node, String field, java.util.function.Function<String, T> constructor) {
        try {
            return constructor.apply(text(node, field));
        } catch (IllegalArgumentException e) {
            throw new BadField(Defect.INVALID, field, String.valueOf(e.getMessage()));
        }
    }

    private static <T> @Nullable T optionalValue(
            JsonNode node, String field, java.util.function.Function<String, T> constructor) {
        return node.path(field).isTextual() ? value(node, field, constructor) : null;
    }

    private static JsonNode object(JsonNode node, String field) {
        JsonNode child = node.path(field);
        if (!child.isObject()) {
            throw new BadField(
                    child instanceof MissingNode ? Defect.MISSING : Defect.INVALID,
                    field,
                    field + " must be an object");
        }
        return child;
    }

    private static String text(JsonNode node, String field) {
        JsonNode child = node.path(field);
        if (!child.isTextual()) {
            throw new BadField(
                    child instanceof MissingNode ? Defect.MISSING : Defect.INVALID, field, field + " must be a text");
        }
        return child.textValue();
    }

    private static @Nullable String optional(JsonNode node, String field) {
        return node.path(field).isTextual() ? node.path(field).textValue() : null;
    }

    private static String problem(JsonProcessingException e) {
        String where =
                e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
        // The message of Jackson quotes the input, which may hold a token.
        return e.getClass().getSimpleName().toLowerCase(Locale.ROOT).replace("exception", "") + where;
    }

    /** Leaves the parse at the first bad field; carries the verdict, needs no stack. */
    private static final class BadField extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Rejected rejected;

        BadField(Defect defect, String rule, String reason) {
            super(reason, null, false, false);
            this.rejected = new Rejected(defect, rule, reason);
        }
    }
}
