package io.tollgate.features.spec;

import io.tollgate.features.spec.FeatureSpec.Aggregate;
import io.tollgate.features.spec.FeatureSpec.Derived;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of one feature set would notice when it is given another. Immutable.
 *
 * @param set differences of the sets' own settings
 * @param groups differences of keys and of what they keep, by {@code entity:name}
 * @param features differences of features, by name
 * @param sameColumns whether both vectors have the same features in the same order
 * @param sameHash whether a model trained on one may be served the other's vectors
 */
public record FeatureSetDiff(
        List<Change> set, List<Change> groups, List<Change> features, boolean sameColumns, boolean sameHash) {
    private static final String ABSENT = "none";

    public FeatureSetDiff {
        set = List.copyOf(set);
        groups = List.copyOf(groups);
        features = List.copyOf(features);
    }

    /** How something differs. */
    public enum Kind {
        ADDED,
        REMOVED,
        CHANGED
    }

    /**
     * @param details for what has changed: {@code setting before -> after}; empty otherwise
     */
    public record Change(Kind kind, String name, List<String> details) {
        public Change {
            details = List.copyOf(details);
        }
    }

    /** From {@code before} to {@code after}; added means that only {@code after} has it. */
    public static FeatureSetDiff between(FeatureSet before, FeatureSet after) {
        return new FeatureSetDiff(
                changes(Map.of("set", settings(before)), Map.of("set", settings(after))),
                changes(groups(before), groups(after)),
                changes(features(before), features(after)),
                names(before).equals(names(after)),
                before.hash() == after.hash());
    }

    /** Whether the two sets compute and keep the same; names and versions of the sets aside. */
    public boolean isEmpty() {
        return set.isEmpty() && groups.isEmpty() && features.isEmpty() && sameColumns;
    }

    private static List<String> names(FeatureSet set) {
        return set.features().stream().map(FeatureSpec::name).toList();
    }

    private static List<Change> changes(
            Map<String, Map<String, String>> before, Map<String, Map<String, String>> after) {
        List<Change> changes = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>(after.keySet());
        names.addAll(before.keySet());
        for (String name : names) {
            Map<String, String> was = before.get(name);
            Map<String, String> is = after.get(name);
            if (was == null) {
                changes.add(new Change(Kind.ADDED, name, List.of()));
            } else if (is == null) {
                changes.add(new Change(Kind.REMOVED, name, List.of()));
            } else if (!was.equals(is)) {
                changes.add(new Change(Kind.CHANGED, name, details(was, is)));
            }
        }
        return changes;
    }

    private static List<String> details(Map<String, String> was, Map<String, String> is) {
        Set<String> keys = new LinkedHashSet<>(is.keySet());
        keys.addAll(was.keySet());
        return keys.stream()
                .filter(key -> !Objects.equals(was.get(key), is.get(key)))
                .map(key -> key + " " + was.getOrDefault(key, ABSENT) + " -> " + is.getOrDefault(key, ABSENT))
                .toList();
    }

    private static Map<String, String> settings(FeatureSet set) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("base currency", set.baseCurrency());
        settings.put("lateness", FeatureCatalogue.text(set.lateness()));
        settings.put("tails", set.tails().toString());
        return settings;
    }

    private static Map<String, Map<String, String>> groups(FeatureSet set) {
        Map<String, Map<String, String>> groups = new LinkedHashMap<>();
        for (GroupSpec group : set.groups()) {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("time to live", FeatureCatalogue.text(group.timeToLive()));
            settings.put("recent", Integer.toString(group.recent()));
            settings.put("values", Integer.toString(group.values()));
            settings.put("error", Double.toString(group.error()));
            groups.put(group.qualifiedName(), settings);
        }
        return groups;
    }

    private static Map<String, Map<String, String>> features(FeatureSet set) {
        Map<String, Map<String, String>> features = new LinkedHashMap<>();
        for (FeatureSpec feature : set.features()) {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("type", feature.type().name());
            settings.put("unit", feature.unit());
            settings.put("default", FeatureCatalogue.number(feature.defaultValue()));
            settings.put("range", "[" + feature.min() + ", " + feature.max() + "]");
            if (feature.definition() instanceof Derived derived) {
                settings.put("derive", derived.expression());
            } else if (feature.definition() instanceof Aggregate aggregate) {
                settings.put("group", set.groups().get(aggregate.group()).qualifiedName());
                aggregate(aggregate, settings);
            }
            settings.put("description", feature.description());
            features.put(feature.name(), settings);
        }
        return features;
    }

    private static void aggregate(Aggregate aggregate, Map<String, String> settings) {
        settings.put("aggregate", aggregate.aggregation().name());
        Window window = aggregate.window();
        optional(settings, "window", window, w -> FeatureCatalogue.text(w.length()));
        optional(settings, "tile", window, w -> FeatureCatalogue.text(w.tile()));
        optional(settings, "delay", window, w -> FeatureCatalogue.text(w.delay()));
        optional(settings, "where", aggregate.where(), Function.identity());
        optional(settings, "of", aggregate.of(), Function.identity());
        optional(settings, "field", aggregate.field(), Enum::name);
        optional(settings, "reference field", aggregate.reference(), Enum::name);
        settings.put("includeCurrent", Boolean.toString(aggregate.includeCurrent()));
    }

    private static <T> void optional(
            Map<String, String> settings, String name, @Nullable T value, Function<T, String> text) {
        if (value != null) {
            settings.put(name, text.apply(value));
        }
    }
}
