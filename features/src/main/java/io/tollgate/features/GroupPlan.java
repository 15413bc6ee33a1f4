package io.tollgate.features;

import io.tollgate.features.expr.FlagExpression;
import io.tollgate.features.spec.EventField;
import io.tollgate.features.spec.GroupSpec;
import io.tollgate.features.state.GroupState;
import io.tollgate.features.state.Observation;
import io.tollgate.features.state.StatePlan;
import io.tollgate.features.state.WindowRings;
import io.tollgate.features.state.WindowScan;
import java.util.Arrays;
import java.util.List;

/**
 * One group, compiled: how its state is kept and how its features are read off. Immutable, thread-safe; scratch space
 * is the caller's.
 */
final class GroupPlan {
    /** All fields, by number. */
    static final List<EventField> FIELDS = List.of(EventField.values());

    /** A window that several features share. */
    record WindowKey(long lengthMs, long delayMs, long tileSeconds) {}

    private final GroupSpec spec;
    private final StatePlan statePlan;
    private final StatePlan orderedStatePlan;
    private final FlagExpression[] filters;
    private final EventField[] seenFields;
    private final int[] fieldNumbers;
    private final WindowKey[] windows;
    private final WindowFeature[][] windowFeatures;
    private final PointFeature[] pointFeatures;

    /**
     * @param windows shorter ones of a delay before longer ones, so that each goes on where the one before stopped
     * @param windowFeatures per window; those that include the current payment last
     */
    GroupPlan(
            GroupSpec spec,
            StatePlan statePlan,
            List<FlagExpression> filters,
            List<EventField> seenFields,
            List<WindowKey> windows,
            List<List<WindowFeature>> windowFeatures,
            List<PointFeature> pointFeatures) {
        this.spec = spec;
        this.statePlan = statePlan;
        this.orderedStatePlan = statePlan.withoutDuplicates();
        this.filters = filters.toArray(FlagExpression[]::new);
        this.seenFields = seenFields.toArray(EventField[]::new);
        this.fieldNumbers = seenFields.stream().mapToInt(FIELDS::indexOf).toArray();
        this.windows = windows.toArray(WindowKey[]::new);
        this.windowFeatures = windowFeatures.stream()
                .map(list -> list.toArray(WindowFeature[]::new))
                .toArray(WindowFeature[][]::new);
        this.pointFeatures = pointFeatures.toArray(PointFeature[]::new);
    }

    GroupSpec spec() {
        return spec;
    }

    StatePlan statePlan() {
        return statePlan;
    }

    /** For events that come once and in order. */
    StatePlan orderedStatePlan() {
        return orderedStatePlan;
    }

    /** Filter i + 1 of an observation; filter 0 is met by all. */
    FlagExpression[] filters() {
        return filters;
    }

    EventField[] seenFields() {
        return seenFields;
    }

    /** Number of the i-th of {@link #seenFields}. */
    int fieldNumber(int i) {
        return fieldNumbers[i];
    }

    boolean keepsPositions() {
        return statePlan.keepsPositions();
    }

    WindowScan newScan() {
        return new WindowScan(statePlan);
    }

    /** For {@link #evaluateSummed}. */
    WindowRings newRings() {
        return new WindowRings(statePlan, windows.length);
    }

    /** Whether tiles can be summed as they are decoded: the windows must end together. */
    boolean canSumWhileDecoding() {
        boolean sameDelay =
                Arrays.stream(windows).map(WindowKey::delayMs).distinct().count() <= 1;
        boolean sameTile =
                Arrays.stream(windows).map(WindowKey::tileSeconds).distinct().count() <= 1;
        return sameDelay && (sameTile || windows[0].delayMs() == 0);
    }

    /** Sets the windows of a payment, before a state is decoded. */
    void prepare(long atMs, WindowRings rings) {
        rings.restart();
        for (WindowKey window : windows) {
            rings.add(atMs, window.lengthMs(), window.delayMs(), window.tileSeconds());
        }
    }

    /**
     * Writes the group's features as of the current payment.
     *
     * @param current not yet folded in
     * @param scan from {@link #newScan}
     */
    void evaluate(GroupState state, Observation current, WindowScan scan, double[] vector) {
        scan.restart();
        for (int i = 0; i < windows.length; i++) {
            WindowKey window = windows[i];
            state.sum(current.timeMs(), current.id(), window.lengthMs(), window.delayMs(), window.tileSeconds(), scan);
            readOff(i, state, current, scan, vector);
        }
        readOffPoints(state, current, vector);
    }

    /** The same, when the tiles were summed as they were decoded. */
    void evaluateSummed(GroupState state, Observation current, WindowRings rings, WindowScan scan, double[] vector) {
        for (int i = 0; i < windows.length; i++) {
            state.sum(current.timeMs(), current.id(), windows[i].delayMs() > 0, rings, i, scan);
            readOff(i, state, current, scan, vector);
        }
        readOffPoints(state, current, vector);
    }

    private void readOff(int window, GroupState state, Observation current, WindowScan scan, double[] vector) {
        boolean currentAdded = false;
        // Features that count the current payment come last.
        for (WindowFeature feature : windowFeatures[window]) {
            if (feature.includeCurrent() && !currentAdded) {
                state.addCurrent(current, scan);
                currentAdded = true;
            }
            vector[feature.slot()] = feature.value(scan.totals());
        }
    }

    private void readOffPoints(GroupState state, Observation current, double[] vector) {
        for (PointFeature feature : pointFeatures) {
            vector[feature.slot()] = feature.value(state, current);
        }
    }
}
