package io.tollgate.local.cosmos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Items in, outcomes out: what single requests and batches have in common. */
final class ItemOperations {
    /** The real service's limit. */
    private static final int MAX_ID_LENGTH = 1_023;

    private ItemOperations() {}

    /**
     * @param id of the item, null for create and upsert, whose item says it
     * @param body the item; null for read and delete
     * @throws BadRequestException when the item has no id or another partition key than the request
     */
    static Outcome run(
            Container container,
            Operation operation,
            String partitionKey,
            @Nullable String id,
            @Nullable ObjectNode body,
            @Nullable String ifMatch) {
        Partition partition = container.partitionOf(partitionKey);
        if (body == null) {
            Item.Key key = new Item.Key(partitionKey, id == null ? "" : id);
            return operation == Operation.DELETE ? partition.delete(key, ifMatch) : partition.read(key);
        }
        Item.Key key = new Item.Key(partitionKey, checkedId(body, id));
        String own = body.path(container.partitionKey()).textValue();
        if (!partitionKey.equals(own)) {
            throw new BadRequestException(
                    "The item's " + container.partitionKey() + " is not the partition key that the request names.");
        }
        long ttl = container.defaultTtl();
        return switch (operation) {
            case CREATE -> partition.create(key, body, ttl);
            case UPSERT -> partition.upsert(key, body, ttl, ifMatch);
            case REPLACE -> partition.replace(key, body, ttl, ifMatch);
            default -> throw new BadRequestException(operation + " takes no item.");
        };
    }

    /** Request units, roughly as the real service charges small items. */
    static double charge(Operation operation) {
        return switch (operation) {
            case POINT_READ, METADATA -> 1.0;
            case CHANGE_FEED -> 2.0;
            case CREATE, DELETE -> 6.0;
            default -> 10.0;
        };
    }

    private static String checkedId(ObjectNode body, @Nullable String expected) {
        String id = body.path("id").textValue();
        if (id == null || id.isEmpty() || id.length() > MAX_ID_LENGTH || id.matches(".*[/\\\\?#].*")) {
            throw new BadRequestException(
                    "An item needs an id: 1 to " + MAX_ID_LENGTH + " characters, none of / \\ ? #.");
        }
        if (expected != null && !expected.equals(id)) {
            throw new BadRequestException("The item's id is not the one in the path.");
        }
        return id;
    }
}
