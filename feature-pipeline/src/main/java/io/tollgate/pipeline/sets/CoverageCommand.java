package io.tollgate.pipeline.sets;

import io.tollgate.features.EntityRef;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.pipeline.command.RedisOptions;
import io.tollgate.pipeline.command.UsageException;
import io.tollgate.pipeline.sets.Coverage.Difference;
import io.tollgate.pipeline.sets.Coverage.GroupCoverage;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says whether a set that is published beside another is ready to take its place. */
@Command(
        name = "coverage",
        description = {
            "Compare two published feature sets over a sample of the first one's entities.",
            "Reports how many of them the second one knows, bytes per key, and for each feature that both have the"
                    + " share of entities on which it differs at one instant. Only reads."
        })
public final class CoverageCommand implements Callable<Integer> {
    private static final Pattern KEY =
            Pattern.compile("fs:v[0-9]{1,4}:\\{([a-z]+):([A-Za-z0-9_-]{16})\\}:(?!tail$)[a-z0-9_]+");

    @Parameters(index = "0", paramLabel = "A", description = "Feature-set file or built-in name: what is served.")
    private String before = "";

    @Parameters(index = "1", paramLabel = "B", description = "Feature-set file or built-in name: published beside it.")
    private String after = "";

    @Option(
            names = "--sample",
            defaultValue = "2000",
            description = "Entities to look at (default ${DEFAULT-VALUE}; 1 to 1,000,000).")
    private int sample;

    @Option(names = "--at", paramLabel = "INSTANT", description = "When the windows end (ISO 8601; default: now).")
    private @Nullable String at;

    @Mixin
    private RedisOptions redis = new RedisOptions();

    @Override
    public Integer call() {
        if (sample < 1 || sample > 1_000_000) {
            throw new UsageException("--sample must be between 1 and 1000000");
        }
        FeatureEngine a = Sets.compile(before);
        FeatureEngine b = Sets.compile(after);
        if (a.featureSet().version().equals(b.featureSet().version())) {
            throw new UsageException("both sets have version " + a.featureSet().version()
                    + " and therefore the same keys; compare two versions");
        }
        try (SetStore store = new SetStore(redis.target())) {
            Coverage coverage = new Coverage(a, b, instant());
            for (EntityRef entity : entities(store, a.featureSet().version())) {
                coverage.add(entity, store.values(coverage.keys(entity)));
            }
            System.out.print(text(a, b, coverage));
        }
        return 0;
    }

    private Instant instant() {
        try {
            return at == null ? Instant.now() : Instant.parse(at);
        } catch (DateTimeException e) {
            throw new UsageException("--at must be an instant such as 2026-11-21T10:15:30Z", e);
        }
    }

    private Set<EntityRef> entities(SetStore store, String version) {
        Set<EntityRef> entities = new LinkedHashSet<>();
        store.scan(version, keys -> {
            collect(keys, entities);
            return entities.size() < sample;
        });
        return entities;
    }

    private void collect(Collection<String> keys, Set<EntityRef> entities) {
        for (String key : keys) {
            Matcher parts = KEY.matcher(key);
            if (parts.matches() && entities.size() < sample) {
                for (EntityType type : EntityType.values()) {
                    if (type.lowerCase().equals(parts.group(1))) {
                        entities.add(new EntityRef(type, parts.group(2)));
                    }
                }
            }
        }
    }

    private static String text(FeatureEngine a, FeatureEngine b, Coverage coverage) {
        String first = a.featureSet().version();
        String second = b.featureSet().version();
        StringBuilder out = new StringBuilder();
        line(
                out,
                "%s of %,d entities of %s sampled are known to %s (%,d), at %s",
                share(coverage.covered(), coverage.entities()),
                coverage.entities(),
                a.featureSet().id(),
                b.featureSet().id(),
                coverage.covered(),
                coverage.at());
        line(out, "%-24s %10s %10s %14s %14s", "group", first, second, "bytes " + first, "bytes " + second);
        coverage.groups().forEach((name, group) -> group(out, name, group));
        line(
                out,
                "%-40s %9s %8s %7s %12s %12s",
                "feature",
                "compared",
                "differ",
                "",
                "mean " + first,
                "mean " + second);
        coverage.features().forEach((name, difference) -> feature(out, name, difference));
        int apart = coverage.features().values().stream()
                .mapToInt(difference -> difference.apart)
                .sum();
        if (apart > 0) {
            line(out, "%,d values not compared: the two publishers stand at different events of the entity", apart);
        }
        onlyIn(out, a, b);
        onlyIn(out, b, a);
        return out.toString();
    }

    private static void group(StringBuilder out, String name, GroupCoverage group) {
        line(
                out,
                "%-24s %,10d %,10d %,14.0f %,14.0f",
                name,
                group.before,
                group.after,
                mean((double) group.bytesBefore, group.before),
                mean((double) group.bytesAfter, group.after));
    }

    private static void feature(StringBuilder out, String name, Difference difference) {
        if (difference.compared > 0) {
            line(
                    out,
                    "%-40s %,9d %,8d %7s %,12.2f %,12.2f",
                    name,
                    difference.compared,
                    difference.different,
                    share(difference.different, difference.compared),
                    mean(difference.sumBefore, difference.compared),
                    mean(difference.sumAfter, difference.compared));
        }
    }

    private static void onlyIn(StringBuilder out, FeatureEngine one, FeatureEngine other) {
        Set<String> names = new LinkedHashSet<>();
        one.featureSet().features().forEach(feature -> names.add(feature.name()));
        other.featureSet().features().forEach(feature -> names.remove(feature.name()));
        if (!names.isEmpty()) {
            line(out, "only in %s: %s", one.featureSet().id(), String.join(", ", names));
        }
    }

    private static double mean(double sum, int count) {
        return count == 0 ? 0 : sum / count;
    }

    private static String share(int part, int whole) {
        return String.format(Locale.ROOT, "%.1f%%", whole == 0 ? 0 : 100.0 * part / whole);
    }

    private static void line(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
