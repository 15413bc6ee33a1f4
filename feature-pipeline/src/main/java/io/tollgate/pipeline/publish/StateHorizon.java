package io.tollgate.pipeline.publish;

import io.tollgate.features.domain.EntityType;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.GroupSpec;
import java.util.EnumMap;
import java.util.Map;

/**
 * How long the publisher remembers an entity of which nothing is heard: longer than any of its keys lives in Redis. For
 * readers it is new by then, so its state may go as well, and the state of a publisher stays as large as its traffic.
 *
 * <p>Judged by when messages arrived on the log, not by this machine's clock: a replay of the log forgets where the first
 * run did, and whoever recomputes what was published does, too. Immutable.
 */
public final class StateHorizon {
    /** A quarter more than the longest time to live: a tenth is jitter, the rest is for a publisher that runs late. */
    private static final double SLACK = 1.25;

    private final Map<EntityType, Long> millis = new EnumMap<>(EntityType.class);

    public StateHorizon(FeatureSet set) {
        for (GroupSpec group : set.groups()) {
            millis.merge(group.entity(), Math.round(SLACK * group.timeToLive().toMillis()), Math::max);
        }
    }

    /** Milliseconds from an entity's last message until it is forgotten; 0 for entities that the set knows nothing of. */
    public long millis(EntityType type) {
        return millis.getOrDefault(type, 0L);
    }
}
