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
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.domain.Iso8601;
import io.tollgate.features.domain.Money;
import io.tollgate.features.quality.Defect;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A message's JSON and the fields in it, as the types of the domain. Every method throws {@link BadFieldException} for what
 * is missing or is not what it should be; none quotes a message's content, which may hold a token.
 */
final class JsonFields {
    private static final JsonMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxNumberLength(64)
                            .maxStringLength(EventParser.MAX_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** Nine tenths of a message, and of no interest to who folds the event. */
    private static final Set<String> SERVED_ONLY = Set.of("vector", "groups");

    private JsonFields() {}

    /**
     * The message's fields.
     *
     * @param whole false leaves out what only says how the payment was decided
     */
    static ObjectNode read(byte[] value, boolean whole) {
        try (JsonParser json = MAPPER.createParser(value)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new BadFieldException(Defect.INVALID, "json.object", "the message is not a JSON object");
            }
            ObjectNode root = MAPPER.createObjectNode();
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                if (!whole && SERVED_ONLY.contains(field)) {
                    json.skipChildren();
                } else {
                    root.set(field, json.<JsonNode>readValueAsTree());
                }
            }
            if (json.nextToken() != null) {
                throw new JsonParseException(json, "more behind the object");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new BadFieldException(Defect.INVALID, "json.syntax", "not JSON: " + problem(e));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory cannot fail", e);
        }
    }

    static Money money(JsonNode node) {
        String amount = text(node, "value");
        String currency = text(node, "currency");
        try {
            return new Money(new BigDecimal(amount), currency);
        } catch (IllegalArgumentException e) {
            throw new BadFieldException(Defect.INACCURATE, "amount", "amount must be a decimal number with a currency");
        }
    }

    static GeoPoint point(JsonNode node) {
        if (!node.path("lat").isNumber() || !node.path("lon").isNumber()) {
            throw new BadFieldException(Defect.INCOMPLETE, "home", "home must have lat and lon");
        }
        try {
            return new GeoPoint(node.path("lat").doubleValue(), node.path("lon").doubleValue());
        } catch (IllegalArgumentException e) {
            throw new BadFieldException(Defect.INACCURATE, "home", "home: " + e.getMessage());
        }
    }

    static double @Nullable [] vector(JsonNode node) {
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

    static Instant time(JsonNode node, String field) {
        String text = text(node, field);
        try {
            return Instant.ofEpochMilli(Iso8601.parse(text).toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw new BadFieldException(Defect.INVALID, field, field + " must be an ISO 8601 instant with an offset");
        }
    }

    static <E extends Enum<E>> E oneOf(Class<E> type, JsonNode node, String field) {
        String text = text(node, field);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw new BadFieldException(
                Defect.INVALID, field, field + " must be one of " + List.of(type.getEnumConstants()));
    }

    static <T> T value(JsonNode node, String field, Function<String, T> constructor) {
        try {
            return constructor.apply(text(node, field));
        } catch (IllegalArgumentException e) {
            throw new BadFieldException(Defect.INVALID, field, String.valueOf(e.getMessage()));
        }
    }

    static <T> @Nullable T optionalValue(JsonNode node, String field, Function<String, T> constructor) {
        return node.path(field).isTextual() ? value(node, field, constructor) : null;
    }

    static JsonNode object(JsonNode node, String field) {
        JsonNode child = node.path(field);
        if (!child.isObject()) {
            throw new BadFieldException(
                    child instanceof MissingNode ? Defect.MISSING : Defect.INVALID,
                    field,
                    field + " must be an object");
        }
        return child;
    }

    static String text(JsonNode node, String field) {
        JsonNode child = node.path(field);
        if (!child.isTextual()) {
            throw new BadFieldException(
                    child instanceof MissingNode ? Defect.MISSING : Defect.INVALID, field, field + " must be a text");
        }
        return child.textValue();
    }

    static @Nullable String optional(JsonNode node, String field) {
        return node.path(field).isTextual() ? node.path(field).textValue() : null;
    }

    private static String problem(JsonProcessingException e) {
        String where =
                e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
        // The message of Jackson quotes the input, which may hold a token.
        return e.getClass().getSimpleName().toLowerCase(Locale.ROOT).replace("exception", "") + where;
    }
}
