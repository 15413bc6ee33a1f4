package io.tollgate.features;

import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.state.CorruptStateException;
import io.tollgate.features.state.GroupState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tails that one read returned, and what became of them. Confined to one thread, reused for every payment. */
final class TailReader {
    private final FeatureEngine engine;
    private final Map<EntityType, List<FeatureEvent.Decided>> events = new EnumMap<>(EntityType.class);
    /** By event id, the groups that it was folded into: one bit each. */
    private final Map<String, Integer> used = new LinkedHashMap<>();

    private boolean damaged;

    TailReader(FeatureEngine engine) {
        this.engine = engine;
    }

    void read(byte[][] values) {
        events.clear();
        used.clear();
        damaged = false;
        List<EntityType> tails = engine.featureSet().tails();
        for (int i = 0; i < tails.size(); i++) {
            byte[] tail = values[engine.groups().size() + i];
            if (tail == null) {
                continue;
            }
            try {
                List<FeatureEvent.Decided> appended = Tail.read(tail);
                // In the order of history: of payments that overtook one another on their way into the tail, a
                // newer one folded first could push an older one out of reach. Nearly always they are in order.
                appended.sort(EventOrder.COMPARATOR);
                events.put(tails.get(i), appended);
            } catch (CorruptStateException e) {
                damaged = true;
            }
        }
    }

    /** Whether a group has anything to fold in. */
    boolean concerns(GroupPlan plan) {
        List<FeatureEvent.Decided> missing = events.get(plan.spec().entity());
        return missing != null && !missing.isEmpty() && plan.statePlan().payments();
    }

    void foldInto(GroupPlan plan, GroupState state, Observer observer) {
        List<FeatureEvent.Decided> missing = events.get(plan.spec().entity());
        if (missing == null || !plan.statePlan().payments()) {
            return;
        }
        for (FeatureEvent.Decided event : missing) {
            long cents = engine.baseCents(event.authorization());
            if (state.foldIfMissing(observer.observe(plan, event, cents))) {
                used.merge(event.eventId(), 1 << plan.spec().index(), (a, b) -> a | b);
            }
        }
    }

    List<TailEvent> used() {
        if (used.isEmpty()) {
            return List.of();
        }
        List<TailEvent> events = new ArrayList<>(used.size());
        used.forEach((id, groups) -> events.add(new TailEvent(id, groups)));
        return events;
    }

    boolean damaged() {
        return damaged;
    }
}
