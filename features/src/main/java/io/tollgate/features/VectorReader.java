package io.tollgate.features;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.expr.Slots;
import io.tollgate.features.state.ByteReader;
import io.tollgate.features.state.CorruptStateException;
import io.tollgate.features.state.GroupState;
import io.tollgate.features.state.Observation;
import io.tollgate.features.state.WindowRings;
import io.tollgate.features.state.WindowScan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the whole vector of one payment from what one read returned: the hot path. Never throws for what the store
 * holds. Confined to one thread, reused for every payment.
 */
public final class VectorReader {
    private final FeatureEngine engine;
    private final Observer observer;
    private final Slots slots;
    private final ByteReader in = new ByteReader();
    private final GroupState[] states;
    private final WindowScan[] scans;

    /** Null for groups whose tiles must be kept. */
    private final @Nullable WindowRings[] rings;

    private final GroupPlan[] plans;
    private final int[][] slotsByGroup;
    private final double[] defaults;
    private final TailReader tails;

    VectorReader(FeatureEngine engine) {
        this.engine = engine;
        this.observer = new Observer(engine);
        this.slots = engine.derived().newSlots();
        this.defaults = engine.defaults();
        this.tails = new TailReader(engine);
        int groups = engine.groups().size();
        this.states = new GroupState[groups];
        this.scans = new WindowScan[groups];
        this.rings = new WindowRings[groups];
        this.plans = engine.groups().toArray(GroupPlan[]::new);
        this.slotsByGroup = new int[groups][];
        for (int group = 0; group < groups; group++) {
            GroupPlan plan = plans[group];
            rings[group] = plan.canSumWhileDecoding() ? plan.newRings() : null;
            states[group] = engine.newGroupState(plan, false);
            scans[group] = plan.newScan();
            slotsByGroup[group] = engine.slots(group);
        }
    }

    /**
     * @param values what stands under {@link FeatureEngine#keys}, in its order, null for nil
     * @param stalled whether the publisher is known to lag: what is read then counts as stale
     * @throws IllegalArgumentException when the payment's currency has no rate; see {@link
     *     FeatureEngine#supportsCurrency}
     */
    public FeatureVector read(Authorization a, byte[][] values, boolean stalled) {
        return evaluate(a, values, stalled, null);
    }

    /**
     * The vector when the store gave nothing, from what had been read for earlier payments. Groups of which nothing is
     * held are missing.
     *
     * @param held by group index, as {@link #read} takes it; null where nothing is held
     * @param cause why the store gave nothing
     */
    public FeatureVector lastKnown(Authorization a, byte[][] held, MissCause cause) {
        return evaluate(a, held, false, cause);
    }

    /** @param unread why the values are not the store's; null when they are */
    private FeatureVector evaluate(Authorization a, byte[][] values, boolean stalled, @Nullable MissCause unread) {
        long cents = engine.baseCents(a);
        double[] vector = new double[defaults.length];
        List<Lookup> lookups = new ArrayList<>(states.length);
        tails.read(values);
        for (int group = 0; group < states.length; group++) {
            GroupPlan plan = plans[group];
            // Where a tail adds to the state, tiles are kept for it to be folded into.
            WindowRings summing = values[group] == null || tails.concerns(plan) ? null : rings[group];
            Lookup lookup = decode(group, plan, a, values, stalled, unread, summing);
            lookups.add(lookup);
            if ((lookup instanceof Lookup.Missing missing && !isNaturallyEmpty(missing.cause()))
                    || lookup instanceof Lookup.NotApplicable) {
                useDefaults(group, vector);
            } else {
                tails.foldInto(plan, states[group], observer);
                Observation current = observer.observe(plan, a, cents);
                if (summing == null) {
                    plan.evaluate(states[group], current, scans[group], vector);
                } else {
                    plan.evaluateSummed(states[group], current, summing, scans[group], vector);
                }
            }
        }
        engine.derived().derive(a, cents, slots, vector);
        return new FeatureVector(vector, lookups, tails.used(), tails.damaged());
    }

    /** The vector when the store gave nothing: every group the payment has is missing for the same cause. */
    public FeatureVector unavailable(Authorization a, MissCause cause) {
        double[] vector = defaults.clone();
        List<Lookup> lookups = new ArrayList<>(states.length);
        for (GroupPlan plan : engine.groups()) {
            boolean applies = Entities.id(plan.spec().entity(), a) != null;
            lookups.add(applies ? new Lookup.Missing(cause) : Lookup.NOT_APPLICABLE);
        }
        engine.derived().derive(a, engine.baseCents(a), slots, vector);
        return new FeatureVector(vector, lookups, List.of(), false);
    }

    /** An entity without a past is no fault: counts of nothing are exact. */
    private static boolean isNaturallyEmpty(MissCause cause) {
        return cause == MissCause.NEW_ENTITY || cause == MissCause.EXPIRED;
    }

    private Lookup decode(
            int group,
            GroupPlan plan,
            Authorization a,
            byte[][] values,
            boolean stalled,
            @Nullable MissCause unread,
            @Nullable WindowRings summing) {
        EntityType type = plan.spec().entity();
        if (Entities.id(type, a) == null) {
            return Lookup.NOT_APPLICABLE;
        }
        byte[] blob = values[group];
        if (blob == null && unread != null) {
            return new Lookup.Missing(unread);
        }
        if (blob == null) {
            states[group].clear();
            return new Lookup.Missing(siblingIsThere(type, values) ? MissCause.EXPIRED : MissCause.NEW_ENTITY);
        }
        switch (Blob.check(blob, engine.hash())) {
            case OTHER_VERSION -> {
                return new Lookup.Missing(MissCause.VERSION_SKEW);
            }
            case CORRUPT -> {
                return new Lookup.Missing(MissCause.CORRUPT);
            }
            case USABLE -> {}
        }
        try {
            if (summing == null) {
                Blob.read(blob, in, states[group]);
            } else {
                plan.prepare(a.occurredAt().toEpochMilli(), summing);
                Blob.read(blob, in, states[group], summing);
            }
        } catch (CorruptStateException e) {
            return new Lookup.Missing(MissCause.CORRUPT);
        }
        long asOfMs = states[group].asOfMs();
        long publishedAtMs = Blob.publishedAtMs(blob);
        long sequence = Blob.sequence(blob);
        if (unread != null) {
            return new Lookup.LastKnown(asOfMs, publishedAtMs, sequence, unread);
        }
        return stalled
                ? new Lookup.Stale(asOfMs, publishedAtMs, sequence)
                : new Lookup.Hit(asOfMs, publishedAtMs, sequence);
    }

    private boolean siblingIsThere(EntityType type, byte[][] values) {
        for (GroupPlan sibling : engine.groups(type)) {
            if (values[sibling.spec().index()] != null) {
                return true;
            }
        }
        return false;
    }

    private void useDefaults(int group, double[] vector) {
        for (int slot : slotsByGroup[group]) {
            vector[slot] = defaults[slot];
        }
    }
}
