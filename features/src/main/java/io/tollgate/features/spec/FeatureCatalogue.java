package io.tollgate.features.spec;

import io.tollgate.features.spec.FeatureSpec.Aggregate;
import io.tollgate.features.spec.FeatureSpec.Definition;
import io.tollgate.features.spec.FeatureSpec.Derived;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The page that says what every feature of a set means, generated from the set. */
public final class FeatureCatalogue {
    private FeatureCatalogue() {}

    /** Markdown, one table a group. */
    public static String markdown(FeatureSet set) {
        StringBuilder page = new StringBuilder();
        page.append("# Features of ").append(set.id()).append("\n\n");
        page.append("Generated from the feature-set file by `./tollgate feature-set catalogue`; do not edit. Hash `")
                .append(set.hashText())
                .append("`, ")
                .append(set.features().size())
                .append(" features, amounts in ")
                .append(set.baseCurrency())
                .append(
                        ". A window (t - W, t] ends at the payment's own instant t and, unless said otherwise, leaves the ")
                .append("payment itself out.\n");
        for (GroupSpec group : set.groups()) {
            page.append("\n## ").append(group.qualifiedName()).append("\n\n");
            page.append("Key `fs:")
                    .append(set.version())
                    .append(":{")
                    .append(group.entity().lowerCase())
                    .append(":<id>}:")
                    .append(group.name())
                    .append("`, kept for ")
                    .append(text(group.timeToLive()))
                    .append(" after the last write.\n\n");
            table(
                    page,
                    set,
                    set.features().stream()
                            .filter(f -> f.definition() instanceof Aggregate a && a.group() == group.index())
                            .toList());
        }
        List<FeatureSpec> derived = set.features().stream()
                .filter(f -> f.definition() instanceof Derived)
                .toList();
        if (!derived.isEmpty()) {
            page.append("\n## Derived\n\nFrom the payment itself and from other features.\n\n");
            table(page, set, derived);
        }
        return page.toString();
    }

    private static void table(StringBuilder page, FeatureSet set, List<FeatureSpec> features) {
        page.append(
                "| feature | meaning | computed as | unit | default | why this default |\n|---|---|---|---|---|---|\n");
        for (FeatureSpec feature : features) {
            page.append("| `").append(feature.name()).append("` | ");
            page.append(cell(feature.description())).append(" | ");
            page.append(cell(definition(set, feature.definition()))).append(" | ");
            page.append(cell(feature.unit())).append(" | ");
            page.append(number(feature.defaultValue())).append(" | ");
            page.append(cell(feature.defaultReason())).append(" |\n");
        }
    }

    private static String definition(FeatureSet set, Definition definition) {
        if (definition instanceof Derived derived) {
            return "`" + derived.expression() + "`";
        }
        Aggregate aggregate = (Aggregate) definition;
        List<String> parts = new ArrayList<>();
        parts.add(aggregate
                .aggregation()
                .name()
                .toLowerCase(java.util.Locale.ROOT)
                .replace('_', ' '));
        if (aggregate.field() != null) {
            parts.add("of "
                    + aggregate
                            .field()
                            .name()
                            .toLowerCase(java.util.Locale.ROOT)
                            .replace('_', ' '));
        }
        if (aggregate.reference() != null) {
            parts.add(aggregate
                    .reference()
                    .name()
                    .toLowerCase(java.util.Locale.ROOT)
                    .replace('_', ' '));
        }
        if (aggregate.of() != null) {
            parts.add("of `" + aggregate.of() + "`");
        }
        if (aggregate.where() != null) {
            parts.add("where `" + aggregate.where() + "`");
        }
        Window window = aggregate.window();
        if (window != null) {
            parts.add("over " + text(window.length()));
            if (!window.delay().isZero()) {
                parts.add("ended " + text(window.delay()) + " ago");
            }
            if (aggregate.aggregation().tiled()) {
                parts.add("in tiles of " + text(window.tile()));
            }
        }
        if (aggregate.includeCurrent()) {
            parts.add("with the payment itself");
        }
        if (aggregate.aggregation() == Aggregation.DISTINCT) {
            GroupSpec group = set.groups().get(aggregate.group());
            parts.add("(exact up to " + group.values() + ", then ± " + Math.round(100 * group.error()) + " %)");
        }
        return String.join(" ", parts);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + " d";
        }
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + " h";
        }
        return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
