package io.tollgate.features;

import io.tollgate.features.expr.FlagExpression;
import io.tollgate.features.spec.EventField;
import io.tollgate.features.spec.GroupSpec;
import io.tollgate.features.state.GroupState;
import io.tollgate.features.state.Observation;
import io.tollgate.features.state.StatePlan;
import io.tollgate.features.state.WindowScan;
import java.util.List;

/**
 * One group, compiled: how its state is kept and how its features are read off. Immutable, thread-safe; scratch space
 * is the caller's.
 */
final class GroupPlan {
    /** A window that several features share. */
    record WindowKey(long lengthMs, long delayMs, long tileSeconds) {}

    private final GroupSpec spec;
    private final StatePlan statePlan;
    private final FlagExpression[] filters;
    private final EventField[] seenFields;
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
        this.filters = filters.toArray(FlagExpression[]::new);
        this.seenFields = seenFields.toArray(EventField[]::new);
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

    /** Filter i + 1 of an observation; filter 0 is met by all. */
    FlagExpression[] filters() {
        return filters;
    }

    EventField[] seenFields() {
        return seenFields;
    }

    boolean keepsPositions() {
        return statePlan.keepsPositions();
    }

    WindowScan newScan() {
        return new WindowScan(statePlan);
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
            boolean currentAdded = false;
            // Features that count the current payment come last.
            for (WindowFeature feature : windowFeatures[i]) {
                if (feature.includeCurrent() && !currentAdded) {
                    state.addCurrent(current, scan);
                    currentAdded = true;
                }
                vector[feature.slot()] = feature.value(scan.totals());
            }
        }
        for (PointFeature feature : pointFeatures) {
            vector[feature.slot()] = feature.value(state, current);
        }
    }
}
