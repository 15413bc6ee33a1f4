package io.tollgate.features;

import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.state.ByteReader;
import io.tollgate.features.state.ByteWriter;
import io.tollgate.features.state.CorruptStateException;
import io.tollgate.features.state.GroupState;
import io.tollgate.features.state.Observation;
import io.tollgate.features.state.ReferenceRecord;
import io.tollgate.features.state.StateCodec;
import io.tollgate.features.state.WindowScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is remembered of one entity, in all its groups. The same events in any order, any of them twice, give the same
 * state and the same bytes. Mutable, confined to one thread.
 */
public final class EntityState {
    private static final int FORMAT = 3;

    private final FeatureEngine engine;
    private final GroupPlan[] plans;
    private final GroupState[] states;
    private final Scratch scratch;

    /** What evaluation needs for a moment; states of one type that one thread uses may share it. */
    static final class Scratch {
        final Observer observer;
        final GroupPlan[] plans;
        final WindowScan[] scans;

        Scratch(FeatureEngine engine, EntityType type) {
            this.observer = new Observer(engine);
            this.plans = engine.groups(type).toArray(GroupPlan[]::new);
            this.scans = Arrays.stream(plans).map(GroupPlan::newScan).toArray(WindowScan[]::new);
        }
    }

    EntityState(FeatureEngine engine, EntityType type, boolean duplicates) {
        this(engine, duplicates, new Scratch(engine, type));
    }

    EntityState(FeatureEngine engine, boolean duplicates, Scratch scratch) {
        this.engine = engine;
        this.plans = scratch.plans;
        this.scratch = scratch;
        this.states = new GroupState[plans.length];
        for (int i = 0; i < plans.length; i++) {
            states[i] = engine.newGroupState(plans[i], duplicates);
        }
    }

    /**
     * Folds an event in.
     *
     * @return false when it was folded in before, or when a newer reference record is known
     * @throws IllegalArgumentException when the payment's currency has no rate
     */
    public boolean fold(FeatureEvent event) {
        boolean used = false;
        boolean changed = false;
        for (int i = 0; i < plans.length; i++) {
            GroupPlan plan = plans[i];
            if (Entities.changes(plan, event)) {
                used = true;
                changed |= fold(plan, states[i], event);
            }
        }
        return changed || !used;
    }

    private boolean fold(GroupPlan plan, GroupState state, FeatureEvent event) {
        if (event instanceof FeatureEvent.Decided decided) {
            return state.fold(scratch.observer.observe(plan, decided, engine.baseCents(decided.authorization())));
        }
        if (event instanceof FeatureEvent.Outcome outcome) {
            return state.fold(scratch.observer.observe(plan, outcome));
        }
        return state.fold(Observer.record((FeatureEvent.Reference) event));
    }

    /**
     * Writes this entity's features as of a payment that is not folded in yet. The rest of the vector is left alone; see
     * {@link FeatureEngine#defaults} and {@link FeatureEngine#derive}.
     */
    public void evaluate(FeatureEvent.Decided current, double[] vector) {
        long cents = engine.baseCents(current.authorization());
        for (int i = 0; i < plans.length; i++) {
            Observation observed = scratch.observer.observe(plans[i], current.authorization(), cents);
            plans[i].evaluate(states[i], observed, scratch.scans[i], vector);
        }
    }

    /**
     * The same, and then folds the payment in.
     *
     * @param cents {@link FeatureEngine#baseCents} of it
     */
    void evaluateAndFold(FeatureEvent.Decided current, long cents, double[] vector) {
        for (int i = 0; i < plans.length; i++) {
            GroupPlan plan = plans[i];
            GroupState state = states[i];
            Observation observed = scratch.observer.observe(plan, current.authorization(), cents);
            plan.evaluate(state, observed, scratch.scans[i], vector);
            if (plan.statePlan().payments()) {
                // Conditions may ask what was decided, which the payment that asks does not know.
                state.fold(plan.filters().length == 0 ? observed : scratch.observer.observe(plan, current, cents));
            }
        }
    }

    /** See {@link GroupState#touch}. */
    long touch() {
        long touched = 0;
        for (GroupState state : states) {
            touched += state.touch();
        }
        return touched;
    }

    /**
     * Forgets every payment and outcome. Reference data stays: the issuer sends it once, not with each payment.
     *
     * @return whether anything is left
     */
    public boolean forgetPast() {
        boolean left = false;
        for (GroupState state : states) {
            ReferenceRecord known = state.reference();
            state.clear();
            if (known != null) {
                left = true;
                var unused = state.fold(known);
            }
        }
        return left;
    }

    /** Whether it holds reference data, which outlives {@link #forgetPast}. */
    public boolean holdsReference() {
        return Arrays.stream(states).anyMatch(state -> state.reference() != null);
    }

    /** Canonical bytes: everything that folding and publishing need. */
    public byte[] encode() {
        ByteWriter out = new ByteWriter(512);
        out.fixed8(FORMAT).fixed32(engine.hash());
        for (GroupState state : states) {
            StateCodec.writeComplete(state, out);
        }
        return out.toByteArray();
    }

    void decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int format = in.fixed8();
        int hash = in.fixed32();
        if (format != FORMAT || hash != engine.hash()) {
            throw new CorruptStateException("state was written by another format or feature set than "
                    + engine.featureSet().id() + "; start from a new checkpoint");
        }
        for (GroupState state : states) {
            StateCodec.readComplete(in, state);
        }
        if (in.remaining() != 0) {
            throw new CorruptStateException(in.remaining() + " bytes too many");
        }
    }

    /**
     * The blobs of all groups that know anything.
     *
     * @param idHash of this entity
     * @param sequence of the batch; a greater one replaces a smaller one, never the other way round
     */
    public List<Published> publish(String idHash, long sequence, long publishedAtMs) {
        List<Published> blobs = new ArrayList<>(plans.length);
        for (int i = 0; i < plans.length; i++) {
            if (!states[i].isEmpty()) {
                int group = plans[i].spec().index();
                blobs.add(new Published(
                        group,
                        engine.groupKey(group, idHash),
                        Blob.write(states[i], engine.hash(), sequence, publishedAtMs),
                        plans[i].spec().timeToLive()));
            }
        }
        return blobs;
    }
}
