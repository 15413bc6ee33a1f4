package io.tollgate.pipeline;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.FeatureEvent;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Folds events one after another and evaluates each payment before it is folded: what stream and backfill compute in
 * parts, in the plainest form. Holds all state in memory; confined to one thread.
 */
final class Replay {
    private final FeatureEngine engine;
    private final Map<EntityRef, EntityState> states = new HashMap<>();

    Replay(FeatureEngine engine) {
        this.engine = engine;
    }

    /**
     * The payment's vector at its own instant; the payment is folded in afterwards.
     *
     * @param payment not before any event that was given, in the order of {@link io.tollgate.features.EventOrder}
     */
    double[] next(FeatureEvent.Decided payment) {
        double[] vector = engine.defaults();
        Set<EntityRef> entities = new LinkedHashSet<>(engine.entitiesOf(payment));
        entities.addAll(engine.entitiesReadBy(payment.authorization()));
        for (EntityRef entity : entities) {
            state(entity).evaluate(payment, vector);
        }
        engine.derive(payment.authorization(), vector);
        fold(payment);
        return vector;
    }

    /** Folds an event in. */
    void fold(FeatureEvent event) {
        for (EntityRef entity : engine.entitiesOf(event)) {
            state(entity).fold(event);
        }
    }

    /** Of every entity that an event has named. */
    Map<EntityRef, EntityState> states() {
        return Map.copyOf(states);
    }

    private EntityState state(EntityRef entity) {
        return states.computeIfAbsent(entity, ref -> engine.newState(ref.type()));
    }
}
