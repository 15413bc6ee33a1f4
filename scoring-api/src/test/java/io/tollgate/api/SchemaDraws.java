package io.tollgate.api;

import com.github.curiousoddman.rgxgen.RgxGen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Draws values of JSON schemas, and values that break one in a single place. Knows the keywords that the service's own
 * description uses for what is sent, and refuses others, so that a new keyword cannot be passed over in silence.
 */
final class SchemaDraws {
    private static final JsonNodeFactory NODES = JsonMapper.shared().getNodeFactory();
    private static final List<String> KNOWN = List.of(
            "$ref",
            "type",
            "enum",
            "pattern",
            "format",
            "anyOf",
            "minimum",
            "maximum",
            "maxLength",
            "required",
            "properties",
            "minProperties",
            "description");

    private final JsonNode description;
    private final Random random;

    SchemaDraws(JsonNode description, Random random) {
        this.description = description;
        this.random = random;
    }

    /** A value that the schema allows. */
    JsonNode valid(JsonNode schema) {
        JsonNode plain = resolve(schema);
        if (plain.has("enum")) {
            return plain.path("enum").get(random.nextInt(plain.path("enum").size()));
        }
        return switch (plain.path("type").asString()) {
            case "object" -> object(plain);
            case "number" -> number(plain);
            case "string" -> NODES.stringNode(text(plain));
            default -> throw new IllegalStateException("cannot draw a value of " + plain);
        };
    }

    /** A value that breaks the schema in one place, or, where that is not to be found, has a wrong type. */
    JsonNode broken(JsonNode schema) {
        JsonNode plain = resolve(schema);
        if (!plain.path("type").asString().equals("object")) {
            return wrong(plain);
        }
        ObjectNode value = object(plain);
        List<String> names = new ArrayList<>(value.propertyNames());
        String name = names.get(random.nextInt(names.size()));
        boolean required = plain.path("required")
                .valueStream()
                .anyMatch(it -> it.asString().equals(name));
        if (required && random.nextInt(4) == 0) {
            return value.without(name);
        }
        value.set(name, broken(plain.path("properties").path(name)));
        return value;
    }

    private ObjectNode object(JsonNode schema) {
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        ObjectNode value = NODES.objectNode();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (required.contains(property.getKey()) || random.nextBoolean()) {
                value.set(property.getKey(), valid(property.getValue()));
            }
        }
        if (value.size() < schema.path("minProperties").asInt(0)) {
            Map.Entry<String, JsonNode> first =
                    schema.path("properties").properties().iterator().next();
            value.set(first.getKey(), valid(first.getValue()));
        }
        return value;
    }

    private JsonNode number(JsonNode schema) {
        double minimum = schema.path("minimum").asDouble();
        double maximum = schema.path("maximum").asDouble();
        return switch (random.nextInt(4)) {
            case 0 -> NODES.numberNode(minimum);
            case 1 -> NODES.numberNode(maximum);
            default -> NODES.numberNode(minimum + random.nextDouble() * (maximum - minimum));
        };
    }

    private String text(JsonNode schema) {
        if (schema.has("pattern")) {
            return RgxGen.parse(schema.path("pattern").asString()).generate(random);
        }
        String format = schema.has("anyOf")
                ? schema.path("anyOf")
                        .get(random.nextInt(schema.path("anyOf").size()))
                        .path("format")
                        .asString()
                : schema.path("format").asString();
        return switch (format) {
            case "date-time" ->
                Instant.now().minusSeconds(random.nextInt(86_400)).toString();
            case "ipv4" -> random.nextInt(256) + "." + random.nextInt(256) + ".0." + random.nextInt(256);
            case "ipv6" -> "2001:db8::" + Integer.toHexString(random.nextInt(65_536));
            default -> throw new IllegalStateException("cannot draw a text of " + schema);
        };
    }

    /** Of a scalar: another type, out of range, a text that does not match. */
    private JsonNode wrong(JsonNode schema) {
        if (schema.has("maximum") && random.nextBoolean()) {
            return NODES.numberNode(schema.path("maximum").asDouble() * (1 + random.nextDouble()) + 1);
        }
        if (schema.has("pattern") && random.nextBoolean()) {
            return NODES.stringNode(
                    RgxGen.parse(schema.path("pattern").asString()).generateNotMatching(random));
        }
        return switch (random.nextInt(4)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.arrayNode();
            case 2 -> NODES.objectNode();
            default -> NODES.stringNode("");
        };
    }

    private JsonNode resolve(JsonNode schema) {
        JsonNode plain = schema.has("$ref")
                ? description.at(schema.path("$ref").asString().substring(1))
                : schema;
        for (String keyword : plain.propertyNames()) {
            if (!KNOWN.contains(keyword)) {
                throw new IllegalStateException("the keyword " + keyword + " is not known here: teach it");
            }
        }
        return plain;
    }
}
