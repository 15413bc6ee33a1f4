package io.tollgate.local.cosmos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Many operations in one request: a transaction on one partition key, all or nothing, or a bulk, each for itself.
 *
 * @see <a href="https://learn.microsoft.com/azure/cosmos-db/transactional-batch">transactional batch</a>
 */
final class Batch {
    /** The real service's limit. */
    private static final int MAX_OPERATIONS = 100;

    private static final ObjectMapper JSON = new ObjectMapper();

    private Batch() {}

    static Answer run(Container container, Request request) {
        JsonNode operations = request.json();
        if (!operations.isArray() || operations.isEmpty() || operations.size() > MAX_OPERATIONS) {
            throw new BadRequestException("A batch is an array of 1 to " + MAX_OPERATIONS + " operations.");
        }
        List<ObjectNode> results = request.flag("x-ms-cosmos-batch-atomic")
                ? transaction(container, request.partitionKey(), operations)
                : bulk(container, request, operations);
        ArrayNode body = JSON.createArrayNode();
        body.addAll(results);
        boolean allDone =
                results.stream().allMatch(result -> result.get("statusCode").intValue() < 300);
        return Answer.of(allDone ? 200 : 207, body);
    }

    private static List<ObjectNode> bulk(Container container, Request request, JsonNode operations) {
        List<ObjectNode> results = new ArrayList<>();
        for (JsonNode operation : operations) {
            JsonNode key = operation.path("partitionKey");
            String partitionKey = key.isMissingNode()
                    ? request.partitionKey()
                    : Request.partitionKey(key.isTextual() ? key.textValue() : key.toString());
            results.add(result(operation, attempt(container, partitionKey, operation)));
        }
        return results;
    }

    private static List<ObjectNode> transaction(Container container, String partitionKey, JsonNode operations) {
        List<Outcome> outcomes = new ArrayList<>();
        boolean kept = container.partitionOf(partitionKey).atomically(() -> {
            for (JsonNode operation : operations) {
                Outcome outcome = attempt(container, partitionKey, operation);
                outcomes.add(outcome);
                if (!outcome.succeeded()) {
                    return false;
                }
            }
            return true;
        });
        List<ObjectNode> results = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            boolean culprit = i == outcomes.size() - 1;
            results.add(result(
                    operations.get(i),
                    kept || culprit
                            ? outcomes.get(i)
                            : Outcome.failed(424, "Another operation of the transaction failed.")));
        }
        return results;
    }

    private static Outcome attempt(Container container, String partitionKey, JsonNode operation) {
        try {
            return ItemOperations.run(
                    container,
                    type(operation),
                    partitionKey,
                    operation.path("id").textValue(),
                    operation.get("resourceBody") instanceof ObjectNode body ? body : null,
                    operation.path("ifMatch").textValue());
        } catch (BadRequestException e) {
            return Outcome.failed(400, String.valueOf(e.getMessage()));
        }
    }

    private static Operation type(JsonNode operation) {
        String type = operation.path("operationType").asText();
        return switch (type) {
            case "Create" -> Operation.CREATE;
            case "Upsert" -> Operation.UPSERT;
            case "Replace" -> Operation.REPLACE;
            case "Delete" -> Operation.DELETE;
            case "Read" -> Operation.POINT_READ;
            default -> throw new BadRequestException("The stand-in's batches do not know " + type + ".");
        };
    }

    private static ObjectNode result(JsonNode operation, Outcome outcome) {
        ObjectNode result = JSON.createObjectNode();
        result.put("statusCode", outcome.status());
        result.put("requestCharge", outcome.status() == 424 ? 0 : 6.0);
        Item item = outcome.item();
        if (item != null) {
            result.put("eTag", item.etag());
            if (!operation.path("minimalReturnPreference").asBoolean(false)) {
                result.set("resourceBody", item.body());
            }
        }
        String message = outcome.message();
        if (message != null) {
            result.put("message", message);
        }
        return result;
    }
}
