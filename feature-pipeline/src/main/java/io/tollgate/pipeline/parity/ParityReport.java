package io.tollgate.pipeline.parity;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What is told of a comparison: a table for people, JSON for programs. */
public final class ParityReport {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final FeatureSet set;
    private final ParityResult result;

    public ParityReport(FeatureSet set, ParityResult result) {
        this.set = set;
        this.result = result;
    }

    /** Prints the table, examples and, last, the sum in a line. */
    public void print(PrintStream out) {
        out.printf(Locale.ROOT, "%-32s %12s %10s   %s%n", "feature", "compared", "differ", "freshness cost");
        List<FeatureSpec> features = set.features();
        for (int i = 0; i < features.size(); i++) {
            out.printf(
                    Locale.ROOT,
                    "%-32s %,12d %,10d   %s%n",
                    features.get(i).name(),
                    result.comparedOf(i),
                    result.differingOf(i),
                    percent(result.freshDifferingOf(i), result.freshComparedOf(i)));
        }
        out.println("(freshness cost: the share that would differ had every earlier event been visible)");
        for (Difference example : result.examples()) {
            out.printf(
                    Locale.ROOT,
                    "differs: %s %s served %s, recomputed %s: %s%n",
                    example.transactionId(),
                    example.feature(),
                    number(example.served()),
                    number(example.recomputed()),
                    example.why());
        }
        result.notComparable()
                .forEach((reason, values) ->
                        out.printf(Locale.ROOT, "not comparable: %,d values (%s)%n", values, reason.text()));
        out.println(lastLine());
    }

    /** As in {@code parity: 984,000 values of 12,000 vectors compared, 0 differ}. */
    String lastLine() {
        String line = String.format(
                Locale.ROOT,
                "parity: %,d values of %,d vectors compared, %,d differ",
                result.compared(),
                result.vectorsCompared(),
                result.differing());
        return result.missing() == 0
                ? line
                : line + String.format(Locale.ROOT, ", %,d could not be compared", result.missing());
    }

    /** Writes all of it as one JSON object. */
    public void write(Path file) throws IOException {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("featureSet", set.id())
                .put("featureSetHash", set.hashText())
                .put("clean", result.clean())
                .put("vectors", result.vectors())
                .put("vectorsCompared", result.vectorsCompared())
                .put("vectorsDiffering", result.vectorsDiffering())
                .put("valuesCompared", result.compared())
                .put("valuesDiffering", result.differing())
                .put("valuesMissing", result.missing());
        ObjectNode reasons = root.putObject("notComparable");
        result.notComparable().forEach((reason, values) -> reasons.put(reason.name(), values));
        ArrayNode features = root.putArray("features");
        for (int i = 0; i < set.features().size(); i++) {
            ObjectNode feature = features.addObject()
                    .put("name", set.features().get(i).name())
                    .put("compared", result.comparedOf(i))
                    .put("differing", result.differingOf(i));
            feature.putObject("freshness")
                    .put("compared", result.freshComparedOf(i))
                    .put("differing", result.freshDifferingOf(i));
        }
        ArrayNode examples = root.putArray("examples");
        for (Difference example : result.examples()) {
            examples.addObject()
                    .put("transactionId", example.transactionId())
                    .put("feature", example.feature())
                    .put("served", number(example.served()))
                    .put("recomputed", number(example.recomputed()))
                    .put("why", example.why());
        }
        MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    }

    private static String percent(long part, long all) {
        return all == 0 ? "-" : String.format(Locale.ROOT, "%.2f%%", 100.0 * part / all);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "none" : Double.toString(value);
    }
}
