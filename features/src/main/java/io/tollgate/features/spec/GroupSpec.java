package io.tollgate.features.spec;

import io.tollgate.features.domain.EntityType;
import java.time.Duration;

/**
 * The features of one entity that share a key and a time to live.
 *
 * @param index position in {@link FeatureSet#groups}
 * @param name unique within the entity
 * @param recent newest payments that the published blob keeps as they were, so that payments which overlap are told
 *     apart exactly; bounded because each costs 20 to 80 bytes
 * @param values different values remembered per field for distinct counts and novelty; beyond it the oldest are
 *     forgotten and distinct counts become lower bounds
 * @param timeToLive how long the key lives after its last write, before jitter
 */
public record GroupSpec(int index, EntityType entity, String name, int recent, int values, Duration timeToLive) {
    /** The name in logs, metrics and events: {@code card:activity}. */
    public String qualifiedName() {
        return entity.lowerCase() + ":" + name;
    }
}
