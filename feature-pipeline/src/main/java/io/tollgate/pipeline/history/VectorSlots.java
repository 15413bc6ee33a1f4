package io.tollgate.pipeline.history;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.spec.GroupSpec;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Which positions of the vector each entity's state fills: the parts that a payment's entities contribute. */
public final class VectorSlots {
    private final Map<EntityType, int[]> byEntity = new EnumMap<>(EntityType.class);

    public VectorSlots(FeatureEngine engine) {
        for (EntityType type : EntityType.values()) {
            byEntity.put(
                    type,
                    engine.featureSet().groups().stream()
                            .filter(group -> group.entity() == type)
                            .mapToInt(GroupSpec::index)
                            .flatMap(group -> IntStream.of(engine.slots(group)))
                            .sorted()
                            .toArray());
        }
    }

    /** The entity's part of a vector, as bytes. */
    public byte[] extract(EntityType type, double[] vector) {
        int[] slots = slots(type);
        ByteBuffer bytes = ByteBuffer.allocate(slots.length * Double.BYTES);
        for (int slot : slots) {
            bytes.putDouble(vector[slot]);
        }
        return bytes.array();
    }

    /** Puts an entity's part into a vector. */
    public void insert(EntityType type, byte[] part, double[] vector) {
        ByteBuffer bytes = ByteBuffer.wrap(part);
        for (int slot : slots(type)) {
            vector[slot] = bytes.getDouble();
        }
    }

    private int[] slots(EntityType type) {
        int[] slots = byEntity.get(type);
        if (slots == null) {
            throw new IllegalStateException("no slots for " + type);
        }
        return slots;
    }
}
