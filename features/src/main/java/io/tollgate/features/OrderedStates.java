package io.tollgate.features;

import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The states of all entities of one type, for a history that is walked through once, in {@link EventOrder}. Entities of
 * different types know nothing of each other, so each type may have a thread of its own. Confined to one thread.
 */
public final class OrderedStates {
    private final FeatureEngine engine;
    private final EntityType type;
    private final EntityState.Scratch scratch;
    private final boolean usesPayments;
    private final boolean usesOutcomes;
    private final boolean usesReferences;
    private final Map<String, EntityState> states = new HashMap<>();
    private long lastMs = Long.MIN_VALUE;
    private String lastEvent = "";
    private String lastEntity = "";

    OrderedStates(FeatureEngine engine, EntityType type) {
        this.engine = engine;
        this.type = type;
        this.scratch = new EntityState.Scratch(engine, type);
        this.usesPayments =
                engine.groups(type).stream().anyMatch(group -> group.statePlan().payments());
        this.usesOutcomes =
                engine.groups(type).stream().anyMatch(group -> group.statePlan().outcomes());
        this.usesReferences =
                engine.groups(type).stream().anyMatch(group -> group.statePlan().reference());
    }

    public EntityType type() {
        return type;
    }

    /** Entities that are remembered. */
    public int size() {
        return states.size();
    }

    /**
     * Writes the features of the payment's entity of this type, if it has one, as of the payment, and folds it in; a
     * payment that follows itself counts once.
     *
     * @param cents {@link FeatureEngine#baseCents} of the payment
     * @return whether it was folded in
     */
    public boolean evaluateAndFold(FeatureEvent.Decided payment, long cents, double[] vector) {
        String id = Entities.id(type, payment);
        if (id == null) {
            return false;
        }
        EntityState state = state(id);
        if (!usesPayments || isLast(payment, id)) {
            state.evaluate(payment, vector);
            return false;
        }
        state.evaluateAndFold(payment, cents, vector);
        return true;
    }

    /**
     * Folds an outcome or reference data in; an event that follows itself counts once.
     *
     * @return whether an entity of this type took it up
     */
    public boolean fold(FeatureEvent event) {
        if (!(event instanceof FeatureEvent.Outcome ? usesOutcomes : usesReferences)) {
            return false;
        }
        String id = Entities.id(type, event);
        if (id == null || isLast(event, id)) {
            return false;
        }
        state(id).fold(event);
        return true;
    }

    /**
     * Fetches from memory what an event will need: called for some dozens of events before they are folded in, it makes
     * the waiting for each of them one.
     *
     * @return a number without a meaning
     */
    public long touch(FeatureEvent event) {
        String id = Entities.id(type, event);
        EntityState state = id == null ? null : states.get(id);
        return state == null ? 0 : state.touch();
    }

    private boolean isLast(FeatureEvent event, String entity) {
        long timeMs = event.timeMs();
        String id = event.eventId();
        if (timeMs == lastMs && id.equals(lastEvent) && entity.equals(lastEntity)) {
            return true;
        }
        lastMs = timeMs;
        lastEvent = id;
        lastEntity = entity;
        return false;
    }

    /** Gives each entity's hashed id and state. */
    public void forEach(BiConsumer<String, EntityState> consumer) {
        states.forEach((id, state) -> consumer.accept(engine.idHash(type, id), state));
    }

    private EntityState state(String id) {
        EntityState known = states.get(id);
        if (known == null) {
            known = new EntityState(engine, false, scratch);
            states.put(id, known);
        }
        return known;
    }
}
