package io.tollgate.local.cosmos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.List;

/**
 * A container: its definition and its two physical partitions, two so that clients' fan-out is put to the test.
 *
 * @param definition as the client sent it, with the system's own properties
 * @param partitionKey the property that is the partition key
 * @param defaultTtl seconds; 0 when items do not expire, -1 when only those with a {@code ttl} do
 */
record Container(ObjectNode definition, String partitionKey, long defaultTtl, List<Partition> partitions) {
    private static final String MIDDLE = "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";

    /** @throws BadRequestException when the definition asks for what the stand-in does not do */
    static Container create(ObjectNode definition, Clock clock, Partition.Listener listener) {
        JsonNode paths = definition.path("partitionKey").path("paths");
        String path = paths.path(0).asText();
        if (paths.size() != 1 || !path.matches("/[^/]+")) {
            throw new BadRequestException(
                    "The partition key must be one top-level property, such as /cardId, not " + paths + ".");
        }
        ObjectNode key = (ObjectNode) definition.get("partitionKey");
        key.put("kind", "Hash");
        key.put("version", 2);
        long ttl = definition.path("defaultTtl").longValue();
        List<Partition> partitions = List.of(new Partition("0", clock, listener), new Partition("1", clock, listener));
        return new Container(definition, path.substring(1), ttl, partitions);
    }

    String id() {
        return definition.get("id").textValue();
    }

    String rid() {
        return definition.get("_rid").textValue();
    }

    Partition partitionOf(String key) {
        return partitions.get(EffectivePartitionKey.of(key).compareTo(MIDDLE) < 0 ? 0 : 1);
    }

    /** @throws BadRequestException when there is no such partition key range */
    Partition partition(String rangeId) {
        return partitions.stream()
                .filter(partition -> partition.rangeId().equals(rangeId))
                .findFirst()
                .orElseThrow(() -> new BadRequestException("There is no partition key range " + rangeId + "."));
    }

    /** First effective partition key of a partition. */
    String minInclusive(Partition partition) {
        return partition == partitions.get(0) ? EffectivePartitionKey.MIN : MIDDLE;
    }

    String maxExclusive(Partition partition) {
        return partition == partitions.get(0) ? MIDDLE : EffectivePartitionKey.MAX;
    }
}
