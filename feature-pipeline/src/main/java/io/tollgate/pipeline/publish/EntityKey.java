package io.tollgate.pipeline.publish;

import io.tollgate.features.EntityRef;
import io.tollgate.features.domain.EntityType;
import java.util.List;

/** An entity as Spark's grouping key: a letter for its type, then the hashed id. */
public final class EntityKey {
    /** By position in {@link #TYPES}; checkpoints hold these letters, so new types go to the end. */
    private static final String LETTERS = "cadmi";

    private static final List<EntityType> TYPES =
            List.of(EntityType.CARD, EntityType.ACCOUNT, EntityType.DEVICE, EntityType.MERCHANT, EntityType.IP);

    private EntityKey() {}

    /** Short, because the key is stored with every state row. */
    public static String format(EntityRef entity) {
        return LETTERS.charAt(TYPES.indexOf(entity.type())) + entity.idHash();
    }

    public static EntityType type(String key) {
        return TYPES.get(LETTERS.indexOf(key.charAt(0)));
    }

    public static String idHash(String key) {
        return key.substring(1);
    }
}
