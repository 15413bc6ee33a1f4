package io.tollgate.features.spec;

import io.tollgate.features.domain.EntityType;
import io.tollgate.features.spec.FeatureSpec.Aggregate;
import io.tollgate.features.spec.FeatureSpec.Definition;
import io.tollgate.features.spec.FeatureSpec.Derived;
import io.tollgate.features.spec.FeatureSpec.Reason;
import io.tollgate.features.spec.FeatureSpec.ValueType;
import io.tollgate.features.yaml.YamlMapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a feature-set file. Expressions are checked when the set is compiled; everything else is checked here, each
 * error with its line.
 */
public final class FeatureSetReader {
    /** A model with more columns than this no longer answers in milliseconds. */
    private static final int MAX_FEATURES = 512;

    /** One MGET reads all groups; see the key layout. */
    private static final int MAX_GROUPS = 16;

    private static final int MAX_RECENT = 64;
    private static final int MAX_VALUES = 1_024;

    /** Less would cost a kilobyte for each doubling of the values; more would not tell ten from twenty. */
    private static final double MIN_ERROR = 0.05;

    private static final double MAX_ERROR = 0.5;

    /** 24 values of every window: a busy merchant's cards of an hour take some 1.2 kB. */
    private static final double DEFAULT_ERROR = 0.15;

    private static final Duration MAX_LATENESS = Duration.ofHours(24);
    private static final Pattern FEATURE_NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]{0,63}");
    private static final Pattern SHORT_NAME = Pattern.compile("[a-z][a-z0-9_]{0,31}");
    private static final Pattern VERSION = Pattern.compile("v[0-9]{1,4}");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    /** Keys outlive their longest window by this, so that a slow pipeline does not lose what it still needs. */
    private static final Duration TIME_TO_LIVE_SLACK = Duration.ofDays(1);

    private final YamlMapping file;
    private final Map<String, Integer> groupIndex = new LinkedHashMap<>();
    private final List<YamlMapping> groupFiles = new ArrayList<>();

    private FeatureSetReader(YamlMapping file) {
        this.file = file;
    }

    /**
     * @param source file name for error messages
     * @throws io.tollgate.features.yaml.YamlException when the text does not declare a valid set
     */
    public static FeatureSet read(String source, String text) {
        return new FeatureSetReader(YamlMapping.parse(source, text)).read();
    }

    private FeatureSet read() {
        String name = matching("featureSet", SHORT_NAME, "must be a lower-case name");
        String version = matching("version", VERSION, "must be v and a number, as in v3");
        String currency = matching("baseCurrency", CURRENCY, "must be an ISO 4217 code of three capital letters");
        Duration lateness = file.duration("lateness", Duration.ofMinutes(10));
        if (lateness.compareTo(MAX_LATENESS) > 0) {
            throw file.error(
                    "lateness",
                    "must not be over " + MAX_LATENESS.toHours() + "h: state keeps every payment of that time");
        }
        indexGroups();
        List<FeatureSpec> features = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlMapping entry : file.mappings("features")) {
            FeatureSpec feature = feature(entry);
            if (!names.add(feature.name())) {
                throw entry.error("feature '" + feature.name() + "' is declared twice");
            }
            features.add(feature);
        }
        if (features.isEmpty() || features.size() > MAX_FEATURES) {
            throw file.error("features: a set has 1 to " + MAX_FEATURES + " features");
        }
        List<EntityType> tails = tails();
        file.done();
        return new FeatureSet(name, version, currency, lateness, tails, groups(features), features);
    }

    private String matching(String key, Pattern pattern, String rule) {
        String value = file.text(key);
        if (!pattern.matcher(value).matches()) {
            throw file.error(key, rule);
        }
        return value;
    }

    private List<EntityType> tails() {
        List<EntityType> tails = new ArrayList<>();
        for (String name : file.texts("tails")) {
            EntityType type = Arrays.stream(EntityType.values())
                    .filter(t -> t.lowerCase().equals(name))
                    .findFirst()
                    .orElseThrow(() -> file.error("tails", "no entity '" + name + "'"));
            if (groupIndex.keySet().stream().noneMatch(group -> group.startsWith(name + ":"))) {
                throw file.error("tails", "no group of entity '" + name + "' would read its tail; remove it");
            }
            tails.add(type);
        }
        return tails;
    }

    private void indexGroups() {
        for (YamlMapping entry : file.mappings("groups")) {
            EntityType entity = entry.choice("entity", EntityType.class);
            String name = entry.text("name");
            if (!SHORT_NAME.matcher(name).matches()) {
                throw entry.error("name", "must be a lower-case name");
            }
            if (groupIndex.put(entity.lowerCase() + ":" + name, groupFiles.size()) != null) {
                throw entry.error("group " + entity.lowerCase() + ":" + name + " is declared twice");
            }
            groupFiles.add(entry);
        }
        if (groupFiles.size() > MAX_GROUPS) {
            throw file.error("groups", "at most " + MAX_GROUPS + ": all are read in one round trip");
        }
    }

    private List<GroupSpec> groups(List<FeatureSpec> features) {
        Map<Integer, Duration> horizon = new HashMap<>();
        for (FeatureSpec feature : features) {
            if (feature.definition() instanceof Aggregate aggregate) {
                Window window = aggregate.window();
                Duration needs =
                        window == null ? Duration.ZERO : window.length().plus(window.delay());
                horizon.merge(aggregate.group(), needs, (a, b) -> a.compareTo(b) >= 0 ? a : b);
            }
        }
        List<GroupSpec> groups = new ArrayList<>();
        for (YamlMapping entry : groupFiles) {
            int index = groups.size();
            Duration needs = horizon.get(index);
            if (needs == null) {
                throw entry.error("no feature uses this group; remove it");
            }
            Duration timeToLive = entry.duration("timeToLive", needs.plus(TIME_TO_LIVE_SLACK));
            if (timeToLive.compareTo(needs) < 0) {
                throw entry.error("timeToLive", "is shorter than the group's longest window plus delay, " + needs);
            }
            groups.add(new GroupSpec(
                    index,
                    entry.choice("entity", EntityType.class),
                    entry.text("name"),
                    entry.integer("recent", 16, 1, MAX_RECENT),
                    entry.integer("values", 64, 1, MAX_VALUES),
                    error(entry),
                    timeToLive));
            entry.done();
        }
        return groups;
    }

    private static double error(YamlMapping entry) {
        double error = entry.number("error", DEFAULT_ERROR);
        if (!(error >= MIN_ERROR && error <= MAX_ERROR)) {
            throw entry.error(
                    "error",
                    "must be between " + MIN_ERROR + " and " + MAX_ERROR
                            + ": the relative standard error of distinct counts beyond 'values'");
        }
        return error;
    }

    private FeatureSpec feature(YamlMapping entry) {
        String name = entry.text("name");
        if (!FEATURE_NAME.matcher(name).matches()) {
            throw entry.error("name", "must be letters, digits and underscores, starting with a letter");
        }
        ValueType type = entry.choice("type", ValueType.class);
        double min = entry.number("min", type == ValueType.NUMBER ? Double.NEGATIVE_INFINITY : 0);
        double max = entry.number("max", type == ValueType.FLAG ? 1 : Double.POSITIVE_INFINITY);
        if (!(min <= max)) {
            throw entry.error("min", "is over max");
        }
        double defaultValue = entry.number("default", Double.NaN);
        if (!entry.has("default")) {
            throw entry.error("feature '" + name + "' has no default; give the conservative value and defaultReason");
        }
        // A sentinel such as -1 stands outside the range on purpose, and says so.
        boolean sentinel = entry.flag("defaultIsSentinel", false);
        if (!sentinel && !(defaultValue >= min && defaultValue <= max)) {
            throw entry.error(
                    "default",
                    "lies outside [" + min + ", " + max + "]; if it is meant to, set defaultIsSentinel: true");
        }
        if (type != ValueType.NUMBER && defaultValue != Math.rint(defaultValue)) {
            throw entry.error("default", "must be a whole number, as the type says; or make the type number");
        }
        FeatureSpec feature = new FeatureSpec(
                name,
                type,
                entry.text("unit"),
                entry.text("description"),
                defaultValue,
                entry.text("defaultReason"),
                min,
                max,
                reason(entry),
                definition(entry),
                entry.line());
        entry.done();
        return feature;
    }

    private static @Nullable Reason reason(YamlMapping entry) {
        YamlMapping reason = entry.mappingOrNull("reason");
        if (reason == null) {
            return null;
        }
        Reason value = new Reason(reason.text("code"), reason.text("message"));
        reason.done();
        return value;
    }

    private Definition definition(YamlMapping entry) {
        if (entry.has("derive")) {
            if (entry.has("aggregate")) {
                throw entry.error("a feature has either 'derive' or 'aggregate'");
            }
            return new Derived(entry.text("derive"));
        }
        String group = entry.text("group");
        Integer index = groupIndex.get(group);
        if (index == null) {
            throw entry.error(
                    "group", "unknown group '" + group + "'; declared are " + String.join(", ", groupIndex.keySet()));
        }
        Aggregation aggregation = entry.choice("aggregate", Aggregation.class);
        Window window = window(entry, aggregation);
        Aggregate aggregate = new Aggregate(
                index,
                aggregation,
                window,
                entry.textOrNull("where"),
                aggregation == Aggregation.RATE ? entry.text("of") : null,
                aggregation.needsSeenValues() ? entry.choice("field", EventField.class) : null,
                aggregation == Aggregation.REFERENCE ? entry.choice("field", ReferenceField.class) : null,
                entry.flag("includeCurrent", false));
        check(entry, aggregate);
        return aggregate;
    }

    private static @Nullable Window window(YamlMapping entry, Aggregation aggregation) {
        if (!aggregation.windowed()) {
            return null;
        }
        Duration length = entry.durationOrNull("window");
        if (length == null) {
            throw entry.error("'window' is missing; " + aggregation + " looks back over one");
        }
        Duration delay = entry.duration("delay", Duration.ZERO);
        try {
            return new Window(length, entry.duration("tile", Window.defaultTile(length)), delay);
        } catch (IllegalArgumentException e) {
            throw entry.error("window", String.valueOf(e.getMessage()));
        }
    }

    private static void check(YamlMapping entry, Aggregate aggregate) {
        Window window = aggregate.window();
        boolean delayed = window != null && !window.delay().isZero();
        if (aggregate.includeCurrent()) {
            if (delayed) {
                throw entry.error("includeCurrent", "the current payment is never in a delayed window");
            }
            if (!aggregate.aggregation().windowed()
                    || aggregate.aggregation() == Aggregation.IS_NEW
                    || aggregate.aggregation().learnsFromOutcomes()) {
                throw entry.error("includeCurrent", "has no meaning for this aggregation");
            }
        }
        if (delayed && aggregate.aggregation().needsSeenValues()) {
            throw entry.error(
                    "delay",
                    "distinct and isNew remember when a value was last seen, and cannot look back from an earlier instant");
        }
        if (aggregate.aggregation() == Aggregation.REFERENCE && aggregate.where() != null) {
            throw entry.error("where", "has no meaning for reference data");
        }
        if (aggregate.aggregation().learnsFromOutcomes() && aggregate.where() != null) {
            throw entry.error("where", "has no meaning for outcomes");
        }
    }
}
