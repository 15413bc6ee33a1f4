package io.tollgate.features;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.GeoPoint;
import io.tollgate.features.expr.ExpressionException;
import io.tollgate.features.expr.Expressions;
import io.tollgate.features.expr.FlagExpression;
import io.tollgate.features.expr.NumberExpression;
import io.tollgate.features.expr.Schema;
import io.tollgate.features.expr.Slots;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.FeatureSpec.Derived;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The features that combine others and the current payment, in an order in which each finds what it needs. Immutable,
 * thread-safe; the slots are the caller's.
 */
final class DerivedFeatures {
    private static final double CENTS = 100.0;

    /** One of the two expressions is there. */
    private record Step(
            int slot,
            @Nullable NumberExpression number,
            @Nullable FlagExpression flag,
            double undefined) {
        Set<String> variables() {
            return number != null ? number.variables() : flag != null ? flag.variables() : Set.of();
        }
    }

    private final FeatureSet set;
    private final Schema schema;
    private final List<Step> steps = new ArrayList<>();
    private final List<BitSet> groups = new ArrayList<>();
    private final int amount;
    private final int hour;
    private final int dayOfWeek;
    private final int lat;
    private final int lon;
    private final int merchantCountryCode;
    private final int hasDevice;
    private final int hasIp;
    private final int hasLocation;
    private final int currency;
    private final int mcc;
    private final int merchantCountry;
    private final int entryMode;

    DerivedFeatures(FeatureSet set) {
        this.set = set;
        Schema.Builder builder = Schema.builder();
        for (FeatureSpec feature : set.features()) {
            try {
                if (feature.type() == FeatureSpec.ValueType.FLAG) {
                    builder.flag(feature.name());
                } else {
                    builder.number(feature.name());
                }
            } catch (IllegalArgumentException e) {
                throw error(feature, String.valueOf(e.getMessage()));
            }
        }
        try {
            this.schema = builder.number("amount")
                    .number("hour")
                    .number("day_of_week")
                    .number("lat")
                    .number("lon")
                    .number("merchant_country_code")
                    .flag("has_device")
                    .flag("has_ip")
                    .flag("has_location")
                    .text("currency")
                    .text("mcc")
                    .text("merchant_country")
                    .text("entry_mode")
                    .build();
        } catch (IllegalArgumentException e) {
            throw new FeatureSetException(set.id(), 1, "a feature has the name of a request field: " + e.getMessage());
        }
        amount = schema.slot("amount");
        hour = schema.slot("hour");
        dayOfWeek = schema.slot("day_of_week");
        lat = schema.slot("lat");
        lon = schema.slot("lon");
        merchantCountryCode = schema.slot("merchant_country_code");
        hasDevice = schema.slot("has_device");
        hasIp = schema.slot("has_ip");
        hasLocation = schema.slot("has_location");
        currency = schema.slot("currency");
        mcc = schema.slot("mcc");
        merchantCountry = schema.slot("merchant_country");
        entryMode = schema.slot("entry_mode");
        order();
        findGroups();
    }

    /** By slot of the vector, the groups that a feature is read from, through other features too. */
    BitSet groups(int slot) {
        return (BitSet) groups.get(slot).clone();
    }

    private void findGroups() {
        Map<String, Integer> slots = new HashMap<>();
        for (FeatureSpec feature : set.features()) {
            BitSet own = new BitSet();
            if (feature.definition() instanceof FeatureSpec.Aggregate aggregate) {
                own.set(aggregate.group());
            }
            slots.put(feature.name(), groups.size());
            groups.add(own);
        }
        for (Step step : steps) {
            for (String variable : step.variables()) {
                Integer slot = slots.get(variable);
                if (slot != null) {
                    groups.get(step.slot()).or(groups.get(slot));
                }
            }
        }
    }

    Slots newSlots() {
        return schema.newSlots();
    }

    /** Writes the derived features into a vector whose other features are there. */
    void derive(Authorization a, long cents, Slots slots, double[] vector) {
        slots.setNumbers(0, vector);
        fill(a, cents, slots);
        for (Step step : steps) {
            double value;
            if (step.number() != null) {
                value = step.number().evaluate(slots);
            } else if (step.flag() != null) {
                value = step.flag().test(slots) ? 1 : 0;
            } else {
                throw new IllegalStateException("a step has an expression");
            }
            value = Double.isNaN(value) ? step.undefined() : value;
            vector[step.slot()] = value;
            slots.setNumber(step.slot(), value);
        }
    }

    private void fill(Authorization a, long cents, Slots slots) {
        long atMs = a.occurredAt().toEpochMilli();
        GeoPoint location = a.location();
        Authorization.Device device = a.device();
        slots.setNumber(amount, cents / CENTS);
        slots.setNumber(hour, UtcCalendar.hour(atMs));
        slots.setNumber(dayOfWeek, UtcCalendar.dayOfWeek(atMs));
        slots.setNumber(lat, location == null ? Double.NaN : location.lat());
        slots.setNumber(lon, location == null ? Double.NaN : location.lon());
        slots.setNumber(merchantCountryCode, Observer.countryCode(a.merchant().country()));
        slots.setFlag(hasDevice, device != null && device.id() != null);
        slots.setFlag(hasIp, device != null && device.ip() != null);
        slots.setFlag(hasLocation, location != null);
        slots.setText(currency, a.amount().currency());
        slots.setText(mcc, a.merchant().categoryCode());
        slots.setText(merchantCountry, a.merchant().country());
        slots.setText(entryMode, a.card().entryMode().name());
    }

    /** Depth first over what each expression names; a name met again on the way down closes a cycle. */
    private void order() {
        Map<String, Integer> derived = new HashMap<>();
        for (int slot = 0; slot < set.features().size(); slot++) {
            if (set.features().get(slot).definition() instanceof Derived) {
                derived.put(set.features().get(slot).name(), slot);
            }
        }
        Set<String> done = new HashSet<>();
        for (FeatureSpec feature : set.features()) {
            if (derived.containsKey(feature.name())) {
                visit(feature.name(), derived, done, new ArrayList<>());
            }
        }
    }

    private void visit(String name, Map<String, Integer> derived, Set<String> done, List<String> path) {
        Integer slot = derived.get(name);
        if (slot == null || done.contains(name)) {
            return;
        }
        FeatureSpec feature = set.features().get(slot);
        if (path.contains(name)) {
            throw error(feature, "derived features form a cycle: " + String.join(" -> ", path) + " -> " + name);
        }
        path.add(name);
        Step step = compile(feature, slot);
        for (String variable : step.variables()) {
            visit(variable, derived, done, path);
        }
        path.remove(path.size() - 1);
        done.add(name);
        steps.add(step);
    }

    private Step compile(FeatureSpec feature, int slot) {
        String source = ((Derived) feature.definition()).expression();
        try {
            return feature.type() == FeatureSpec.ValueType.FLAG
                    ? new Step(slot, null, Expressions.compileFlag(schema, source), feature.defaultValue())
                    : new Step(slot, Expressions.compileNumber(schema, source), null, feature.defaultValue());
        } catch (ExpressionException e) {
            throw error(feature, "derive: " + e.getMessage());
        }
    }

    private FeatureSetException error(FeatureSpec feature, String problem) {
        return new FeatureSetException(set.id(), feature.line(), "feature " + feature.name() + ": " + problem);
    }
}
