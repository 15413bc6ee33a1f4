package io.tollgate.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page docs/metrics.md, written from what a service answers to a scrape (Prometheus text format 0.0.4). */
final class MetricsPage {
    private static final Pattern HELP = Pattern.compile("# HELP (tollgate_\\w+) (.+)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (tollgate_\\w+) (\\w+)");
    private static final Pattern SAMPLE = Pattern.compile("(tollgate_\\w+)\\{(.*)} .*");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** Labels of a histogram's own, which every histogram has. */
    private static final Set<String> OF_THE_FORMAT = Set.of("le", "quantile");

    /** A label with more values than this is named without them. */
    private static final int MAX_VALUES = 12;

    private static final String HEAD = """
        # Metrics of the service
        What `/actuator/prometheus` gives beside Micrometer's own `jvm_…`, `process_…` and `system_…`. This page is written from a
        running service: `MetricsIT` compares the two, and says how to renew the page when they differ. Times are in seconds, sizes
        in bytes. A timer has `_count`, `_sum` and buckets (`_bucket`), all of them from the start on, so that no rate misses its
        first increment; its largest value of the last minutes is the gauge that ends in `_max`.

        | metric | type | labels | meaning |
        |---|---|---|---|
        """;

    private final Map<String, String> help = new TreeMap<>();
    private final Map<String, String> types = new TreeMap<>();
    private final Map<String, Map<String, Set<String>>> labels = new TreeMap<>();

    private MetricsPage() {}

    static String of(String scrape) {
        MetricsPage page = new MetricsPage();
        scrape.lines().forEach(page::read);
        return page.markdown();
    }

    private void read(String line) {
        Matcher ofHelp = HELP.matcher(line);
        Matcher ofType = TYPE.matcher(line);
        Matcher ofSample = SAMPLE.matcher(line);
        if (ofHelp.matches()) {
            help.put(ofHelp.group(1), ofHelp.group(2));
        } else if (ofType.matches()) {
            types.put(ofType.group(1), ofType.group(2));
        } else if (ofSample.matches()) {
            String name = ofSample.group(1).replaceFirst("_(bucket|count|sum)$", "");
            Matcher label = LABEL.matcher(ofSample.group(2));
            while (label.find()) {
                if (!OF_THE_FORMAT.contains(label.group(1))) {
                    labels.computeIfAbsent(name, n -> new LinkedHashMap<>())
                            .computeIfAbsent(label.group(1), l -> new TreeSet<>())
                            .add(label.group(2));
                }
            }
        }
    }

    private String markdown() {
        StringBuilder text = new StringBuilder(HEAD);
        help.keySet().removeIf(name -> name.endsWith("_max") && help.containsKey(name.replaceFirst("_max$", "")));
        help.forEach((name, meaning) -> text.append("| `")
                .append(name)
                .append("` | ")
                .append(types.get(name))
                .append(" | ")
                .append(labels(labels.getOrDefault(name, Map.of())))
                .append(" | ")
                .append(meaning)
                .append(" |\n"));
        return text.toString();
    }

    private static String labels(Map<String, Set<String>> values) {
        StringBuilder text = new StringBuilder();
        values.forEach((label, seen) -> {
            text.append(text.isEmpty() ? "" : "; ").append('`').append(label).append('`');
            if (seen.size() <= MAX_VALUES) {
                text.append(": ");
                String named = String.join(
                        ", ", seen.stream().map(v -> v.isEmpty() ? "none" : v).toList());
                text.append(named);
            }
        });
        return text.toString();
    }
}
