package io.tollgate.pipeline.parity;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.FeatureVector;
import io.tollgate.features.Lookup;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.GroupSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares one payment's vectors, value by value, and adds to a result. Confined to one thread. */
final class VectorComparison {
    private final FeatureEngine engine;
    private final Horizon horizon;
    private final ParityResult result;
    private final List<GroupSpec> groups;
    /** By position in the vector: the group that fills it, or -1 for a derived feature. */
    private final int[] groupOfSlot;

    VectorComparison(FeatureEngine engine, Horizon horizon, ParityResult result) {
        this.engine = engine;
        this.horizon = horizon;
        this.result = result;
        this.groups = engine.featureSet().groups();
        this.groupOfSlot = new int[engine.vectorLength()];
        Arrays.fill(groupOfSlot, -1);
        for (GroupSpec group : groups) {
            for (int slot : engine.slots(group.index())) {
                groupOfSlot[slot] = group.index();
            }
        }
    }

    void compare(CompareVectors.Question question, CompareVectors.Reading reading) {
        ServedVector served = question.served;
        if (!served.featureSetHash().equals(engine.featureSet().hashText())
                || served.values().length != engine.vectorLength()) {
            result.notComparable(NotComparable.OTHER_FEATURE_SET, served.values().length);
            result.vector(false, false);
            return;
        }
        ServedGroup[] found = byIndex(served.groups());
        NotComparable[] obstacles = obstacles(question, found);
        for (GroupSpec group : groups) {
            ServedGroup was = found[group.index()];
            boolean usable = was != null && obstacles[group.index()] == null && (was.found() || was.empty());
            if (!usable) {
                question.asServed[group.index()] = CompareVectors.Reading.UNUSABLE;
                question.everything[group.index()] = CompareVectors.Reading.UNUSABLE;
            }
        }
        reading.addTails(question, found, question.asServed);
        FeatureVector recomputed = reading.read(question, question.asServed);
        FeatureVector fresh = reading.read(question, question.everything);
        compareValues(question, found, obstacles, recomputed, fresh);
    }

    private void compareValues(
            CompareVectors.Question question,
            ServedGroup[] found,
            NotComparable[] obstacles,
            FeatureVector recomputed,
            FeatureVector fresh) {
        @Nullable NotComparable any = null;
        boolean blind = false;
        for (int group = 0; group < obstacles.length; group++) {
            any = obstacles[group] != null ? obstacles[group] : any;
            blind |= isBlind(found[group]);
        }
        boolean differs = false;
        boolean compared = false;
        double[] values = question.served.values();
        for (int slot = 0; slot < values.length; slot++) {
            int group = groupOfSlot[slot];
            // A derived feature may be of any of the groups.
            @Nullable NotComparable obstacle = group < 0 ? any : obstacles[group];
            if (obstacle != null) {
                result.notComparable(obstacle, 1);
                continue;
            }
            compared = true;
            result.compared(slot);
            if (!same(values[slot], recomputed.values()[slot])) {
                differs = true;
                result.differing(slot, difference(question, slot, found, recomputed));
            }
            if (group < 0 ? !blind : !isBlind(found[group])) {
                result.fresh(slot, !same(values[slot], fresh.values()[slot]));
            }
        }
        result.vector(compared, differs);
    }

    /** A group that the service could not read: what it cost has nothing to do with how fresh features are. */
    private static boolean isBlind(@Nullable ServedGroup group) {
        return group == null || (group.outcome() == ServedGroup.Outcome.MISS && !group.empty());
    }

    /** The same bits; what JSON cannot say, NaN and the infinities, is null there and the same. */
    static boolean same(double served, double recomputed) {
        double sayable = Double.isInfinite(recomputed) ? Double.NaN : recomputed;
        return Double.doubleToLongBits(served) == Double.doubleToLongBits(sayable);
    }

    @SuppressWarnings("NullAway") // arrays with gaps: a group that the event does not name
    private ServedGroup[] byIndex(List<ServedGroup> served) {
        Map<String, ServedGroup> byName = new HashMap<>();
        served.forEach(group -> byName.put(group.group(), group));
        ServedGroup[] found = new ServedGroup[groups.size()];
        for (GroupSpec group : groups) {
            found[group.index()] = byName.get(group.qualifiedName());
        }
        return found;
    }

    private NotComparable[] obstacles(CompareVectors.Question question, ServedGroup[] found) {
        NotComparable[] obstacles = new NotComparable[found.length];
        Set<String> known = new HashSet<>();
        for (FeatureEvent.Decided event : question.tail) {
            known.add(event.eventId());
        }
        for (GroupSpec group : groups) {
            ServedGroup was = found[group.index()];
            if (was != null && was.found()) {
                obstacles[group.index()] = horizon.obstacle(was.sequence());
            }
            if (obstacles[group.index()] == null
                    && was != null
                    && engine.featureSet().tails().contains(group.entity())
                    && !known.containsAll(was.tail())) {
                obstacles[group.index()] = NotComparable.UNKNOWN_TAIL;
            }
        }
        return obstacles;
    }

    private Difference difference(
            CompareVectors.Question question, int slot, ServedGroup[] found, FeatureVector recomputed) {
        FeatureSpec feature = engine.featureSet().features().get(slot);
        int group = groupOfSlot[slot];
        String why = group < 0
                ? "derived from others"
                : why(found[group], recomputed.lookups().get(group));
        return new Difference(
                question.id,
                feature.name(),
                question.served.values()[slot],
                recomputed.values()[slot],
                why);
    }

    private static String why(@Nullable ServedGroup served, Lookup lookup) {
        if (served == null) {
            return "the event does not say what was found of the group";
        }
        int tailed = served.tail().size();
        String tail = tailed == 0
                ? ""
                : "; " + tailed + " payments from the tail, the last "
                        + served.tail().get(tailed - 1);
        if (served.found() && lookup instanceof Lookup.Hit hit) {
            return hit.asOfMs() == served.asOfMs()
                    ? "the same newest event at " + Instant.ofEpochMilli(hit.asOfMs()) + ", another state; "
                            + sequence(served) + tail
                    : "the service had read events until " + Instant.ofEpochMilli(served.asOfMs())
                            + ", the batch's offsets give events until " + Instant.ofEpochMilli(hit.asOfMs()) + "; "
                            + sequence(served) + tail;
        }
        if (served.found()) {
            return "the service had read a state, the batch's offsets give none; " + sequence(served) + tail;
        }
        return served.outcome() + (served.cause() == null ? "" : " " + served.cause()) + tail;
    }

    private static String sequence(ServedGroup served) {
        return "epoch " + (served.sequence() >>> 32) + " batch " + (served.sequence() & 0xFFFF_FFFFL);
    }
}
