package io.tollgate.features;

import io.tollgate.features.GroupPlan.WindowKey;
import io.tollgate.features.expr.ExpressionException;
import io.tollgate.features.expr.Expressions;
import io.tollgate.features.expr.FlagExpression;
import io.tollgate.features.spec.Aggregation;
import io.tollgate.features.spec.EventField;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import io.tollgate.features.spec.FeatureSpec.Aggregate;
import io.tollgate.features.spec.GroupSpec;
import io.tollgate.features.spec.Window;
import io.tollgate.features.state.Ladder;
import io.tollgate.features.state.StatePlan;
import io.tollgate.features.state.StatePlan.Block;
import io.tollgate.features.state.StatePlan.Register;
import io.tollgate.features.state.StatePlan.RegisterKind;
import io.tollgate.features.state.StatePlan.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compiles one group: features that ask the same of the past share what is kept of it. */
final class GroupCompiler {
    /** Filters are bits of a long, and bit 0 is "all". */
    private static final int MAX_FILTERS = 62;

    private static final String ALL = "";

    private static final Comparator<WindowKey> WINDOW_ORDER = Comparator.comparingLong(WindowKey::delayMs)
            .thenComparingLong(WindowKey::lengthMs)
            .thenComparingLong(WindowKey::tileSeconds);

    /** A feature of this group and its place in the vector. */
    private record Member(int slot, FeatureSpec spec, Aggregate aggregate) {}

    private record BlockKey(int filter, boolean outcomes) {}

    /** What is asked of the amounts under one filter. */
    private static final class BlockNeeds {
        boolean sum;
        boolean squares;
        boolean min;
        boolean max;
    }

    private record SeenKey(EventField field, int filter) {}

    private final FeatureSet set;
    private final GroupSpec group;
    private final List<Member> members = new ArrayList<>();
    private final Map<String, Integer> filterIndex = new LinkedHashMap<>();
    private final List<FlagExpression> filters = new ArrayList<>();
    private final Map<BlockKey, BlockNeeds> blockNeeds = new LinkedHashMap<>();
    private final Map<BlockKey, Block> blocks = new LinkedHashMap<>();
    private final List<EventField> seenFields = new ArrayList<>();
    private final Map<SeenKey, Seen> seen = new LinkedHashMap<>();
    private final List<Register> registers = new ArrayList<>();

    GroupCompiler(FeatureSet set, GroupSpec group) {
        this.set = set;
        this.group = group;
        filterIndex.put(ALL, 0);
        for (int slot = 0; slot < set.features().size(); slot++) {
            FeatureSpec spec = set.features().get(slot);
            if (spec.definition() instanceof Aggregate aggregate && aggregate.group() == group.index()) {
                members.add(new Member(slot, spec, aggregate));
            }
        }
    }

    GroupPlan compile() {
        members.forEach(this::collect);
        layOutBlocks();
        Map<WindowKey, List<WindowFeature>> byWindow = new TreeMap<>(WINDOW_ORDER);
        List<PointFeature> pointFeatures = new ArrayList<>();
        for (Member member : members) {
            if (member.aggregate().aggregation().tiled()) {
                byWindow.computeIfAbsent(windowKey(window(member)), key -> new ArrayList<>())
                        .add(windowFeature(member));
            } else {
                pointFeatures.add(pointFeature(member));
            }
        }
        byWindow.values().forEach(list -> list.sort(Comparator.comparing(WindowFeature::includeCurrent)));
        return new GroupPlan(
                group,
                statePlan(),
                filters,
                seenFields,
                List.copyOf(byWindow.keySet()),
                List.copyOf(byWindow.values()),
                pointFeatures);
    }

    private void collect(Member member) {
        Aggregate aggregate = member.aggregate();
        int filter = filter(member, aggregate.where());
        switch (aggregate.aggregation()) {
            case COUNT -> need(filter, false);
            case SUM, MEAN -> need(filter, false).sum = true;
            case STDDEV -> {
                need(filter, false).sum = true;
                need(filter, false).squares = true;
            }
            case MIN -> need(filter, false).min = true;
            case MAX -> need(filter, false).max = true;
            case RATE -> {
                need(filter, false);
                need(partFilter(member), false);
            }
            case FRAUD_COUNT -> need(0, true);
            case FRAUD_RATE -> {
                need(0, true);
                need(0, false);
            }
            case DISTINCT, IS_NEW -> seen(member, filter);
            case LAST_AMOUNT -> register(RegisterKind.LAST_AMOUNT, filter);
            case SECONDS_SINCE_LAST -> register(RegisterKind.LAST_TIME, filter);
            case SECONDS_SINCE_FIRST -> register(RegisterKind.FIRST_TIME, filter);
            case KM_FROM_LAST, KMH_FROM_LAST -> register(RegisterKind.LAST_POSITION, filter);
            case REFERENCE -> {}
        }
    }

    private BlockNeeds need(int filter, boolean outcomes) {
        return blockNeeds.computeIfAbsent(new BlockKey(filter, outcomes), key -> new BlockNeeds());
    }

    private void seen(Member member, int filter) {
        EventField field = field(member);
        if (!seenFields.contains(field)) {
            seenFields.add(field);
        }
        long horizon = window(member).length().toSeconds();
        seen.merge(
                new SeenKey(field, filter),
                new Seen(seenFields.indexOf(field), filter, horizon, group.values(), group.sample()),
                (a, b) -> a.horizonSeconds() >= b.horizonSeconds() ? a : b);
    }

    private int register(RegisterKind kind, int filter) {
        Register register = new Register(kind, filter);
        if (!registers.contains(register)) {
            registers.add(register);
        }
        return registers.indexOf(register);
    }

    private void layOutBlocks() {
        int column = 0;
        for (var entry : blockNeeds.entrySet()) {
            BlockNeeds needs = entry.getValue();
            Block block = new Block(
                    entry.getKey().filter(),
                    entry.getKey().outcomes(),
                    needs.sum,
                    needs.squares,
                    needs.min,
                    needs.max,
                    column);
            blocks.put(entry.getKey(), block);
            column = block.nextColumn();
        }
    }

    private StatePlan statePlan() {
        List<Ladder.Need> needs = new ArrayList<>();
        for (Member member : members) {
            Window window = member.aggregate().window();
            if (window != null && member.aggregate().aggregation().tiled()) {
                needs.add(new Ladder.Need(
                        window.tile().toSeconds(),
                        window.length().plus(window.delay()).toSeconds()));
            }
        }
        boolean reference = members.stream().anyMatch(m -> m.aggregate().aggregation() == Aggregation.REFERENCE);
        try {
            return new StatePlan(
                    group.recent(),
                    set.lateness().toMillis(),
                    Ladder.of(needs),
                    List.copyOf(blocks.values()),
                    List.copyOf(seen.values()),
                    seenFields.size(),
                    registers,
                    reference);
        } catch (IllegalArgumentException e) {
            throw new FeatureSetException(
                    set.id(), members.get(0).spec().line(), "group " + group.qualifiedName() + ": " + e.getMessage());
        }
    }

    private WindowFeature windowFeature(Member member) {
        Aggregate aggregate = member.aggregate();
        boolean outcomes = aggregate.aggregation().learnsFromOutcomes();
        int filter = filter(member, aggregate.where());
        Block payments = blocks.get(new BlockKey(filter, false));
        Block part = switch (aggregate.aggregation()) {
            case RATE -> blocks.get(new BlockKey(partFilter(member), false));
            case FRAUD_COUNT, FRAUD_RATE -> blocks.get(new BlockKey(0, true));
            default -> payments;
        };
        Block block = outcomes && aggregate.aggregation() == Aggregation.FRAUD_COUNT ? part : payments;
        if (block == null || part == null) {
            throw new IllegalStateException("no block for " + member.spec().name());
        }
        return new WindowFeature(
                member.slot(),
                aggregate.aggregation(),
                block,
                part,
                aggregate.includeCurrent(),
                member.spec().defaultValue());
    }

    private PointFeature pointFeature(Member member) {
        Aggregate aggregate = member.aggregate();
        int filter = filter(member, aggregate.where());
        int index = switch (aggregate.aggregation()) {
            case DISTINCT, IS_NEW -> List.copyOf(seen.keySet()).indexOf(new SeenKey(field(member), filter));
            case LAST_AMOUNT -> register(RegisterKind.LAST_AMOUNT, filter);
            case SECONDS_SINCE_LAST -> register(RegisterKind.LAST_TIME, filter);
            case SECONDS_SINCE_FIRST -> register(RegisterKind.FIRST_TIME, filter);
            case KM_FROM_LAST, KMH_FROM_LAST -> register(RegisterKind.LAST_POSITION, filter);
            default -> -1;
        };
        Window window = aggregate.window();
        return new PointFeature(
                member.slot(),
                aggregate.aggregation(),
                index,
                window == null ? 0 : window.length().toMillis(),
                aggregate.includeCurrent(),
                aggregate.reference(),
                member.spec().defaultValue());
    }

    private int partFilter(Member member) {
        String where = member.aggregate().where();
        compile(member, "of", String.valueOf(member.aggregate().of())); // alone, so that a column is the file's
        String of = "(" + member.aggregate().of() + ")";
        return filter(member, where == null ? of : "(" + where + ") && " + of);
    }

    private int filter(Member member, @Nullable String source) {
        String text = source == null ? ALL : source;
        Integer known = filterIndex.get(text);
        if (known != null) {
            return known;
        }
        if (filters.size() == MAX_FILTERS) {
            throw error(member, "the group has more than " + MAX_FILTERS + " different conditions");
        }
        FlagExpression compiled = compile(member, "where", text);
        boolean needsDecision = compiled.variables().contains("decision")
                || compiled.variables().contains("score");
        if (needsDecision && member.aggregate().includeCurrent()) {
            throw error(member, "includeCurrent: nothing is decided of the current payment yet; leave it out");
        }
        filters.add(compiled);
        filterIndex.put(text, filters.size());
        return filters.size();
    }

    private FlagExpression compile(Member member, String key, String source) {
        try {
            return Expressions.compileFlag(Observer.SCHEMA, source);
        } catch (ExpressionException e) {
            throw error(member, key + ": " + e.getMessage());
        }
    }

    private FeatureSetException error(Member member, String problem) {
        return new FeatureSetException(
                set.id(), member.spec().line(), "feature " + member.spec().name() + ": " + problem);
    }

    private static WindowKey windowKey(Window window) {
        return new WindowKey(
                window.length().toMillis(),
                window.delay().toMillis(),
                window.tile().toSeconds());
    }

    private static Window window(Member member) {
        Window window = member.aggregate().window();
        if (window == null) {
            throw new IllegalStateException(
                    "the reader lets no " + member.spec().name() + " pass without a window");
        }
        return window;
    }

    private static EventField field(Member member) {
        EventField field = member.aggregate().field();
        if (field == null) {
            throw new IllegalStateException(
                    "the reader lets no " + member.spec().name() + " pass without a field");
        }
        return field;
    }
}
