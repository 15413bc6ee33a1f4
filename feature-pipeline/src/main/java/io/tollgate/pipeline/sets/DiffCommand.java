package io.tollgate.pipeline.sets;

import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSetDiff;
import io.tollgate.features.spec.FeatureSetDiff.Change;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Compares two sets. */
@Command(name = "diff", description = "Show what a second feature set adds, removes and changes. Touches nothing.")
public final class DiffCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "A", description = "Feature-set file or built-in name: before.")
    private String before = "";

    @Parameters(index = "1", paramLabel = "B", description = "Feature-set file or built-in name: after.")
    private String after = "";

    @Override
    public Integer call() {
        FeatureSet a = Sets.compile(before).featureSet();
        FeatureSet b = Sets.compile(after).featureSet();
        System.out.print(text(a, b, FeatureSetDiff.between(a, b)));
        return 0;
    }

    static String text(FeatureSet a, FeatureSet b, FeatureSetDiff diff) {
        StringBuilder out = new StringBuilder();
        out.append(a.id()).append(" (").append(a.hashText()).append(") -> ");
        out.append(b.id()).append(" (").append(b.hashText()).append(")\n");
        section(out, "set", diff.set());
        section(out, "groups", diff.groups());
        section(out, "features", diff.features());
        out.append(diff.isEmpty() ? "nothing differs\n" : "");
        out.append("keys      ")
                .append(
                        a.version().equals(b.version())
                                ? "the same: " + b.id()
                                        + " would overwrite what is published; give it a version of its own"
                                : "fs:" + b.version() + ":… beside fs:" + a.version() + ":…")
                .append('\n');
        out.append("model     ").append(model(a, b, diff)).append('\n');
        return out.toString();
    }

    private static String model(FeatureSet a, FeatureSet b, FeatureSetDiff diff) {
        if (diff.sameHash()) {
            return "one trained on " + a.id() + " fits " + b.id();
        }
        String columns = diff.sameColumns() ? " (the same columns in the same order, but another definition)" : "";
        return "one trained on " + a.id() + " is refused on " + b.id() + columns + "; train one for " + b.id();
    }

    private static void section(StringBuilder out, String title, List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        out.append(title).append('\n');
        for (Change change : changes) {
            String sign = switch (change.kind()) {
                case ADDED -> "+ ";
                case REMOVED -> "- ";
                case CHANGED -> "~ ";
            };
            out.append("  ").append(sign).append(change.name()).append('\n');
            change.details()
                    .forEach(detail -> out.append("      ").append(detail).append('\n'));
        }
    }
}
