package io.tollgate.bench.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What Feast's servers and the service took, as Markdown with ratios and targets; figures are medians of the rounds.
 * Confined to one thread.
 */
final class FeastFindings {
    private static final String SERVICE = "service";
    private static final double MILLIS = 1_000;
    private static final double MEDIAN = 50;
    private static final double P99 = 99;

    /**
     * One of Feast's servers.
     *
     * @param name of the {@link Server}
     * @param language that it is written in
     * @param target how many times its requests the service should answer in the same time
     */
    private record Rival(String name, String language, int target) {
        String title() {
            return "Feast, " + language;
        }
    }

    private static final List<Rival> RIVALS = List.of(new Rival("python", "Python", 10), new Rival("go", "Go", 2));

    private final Map<String, Map<Integer, List<Measurement>>> measured = new HashMap<>();
    private final StringBuilder out = new StringBuilder();

    void add(Server server, int connections, Measurement measurement) {
        measured.computeIfAbsent(server.name(), name -> new HashMap<>())
                .computeIfAbsent(connections, number -> new ArrayList<>())
                .add(measurement);
    }

    /**
     * @param connections for which there are measurements
     * @param remark on what was measured
     */
    String markdown(List<Integer> connections, String remark) {
        List<Rival> rivals = RIVALS.stream()
                .filter(rival -> measured.containsKey(rival.name))
                .toList();
        for (int number : connections) {
            head(rivals, number);
            row(
                    "requests a second",
                    "%,.0f",
                    number,
                    rivals,
                    true,
                    m -> m.load().perSecond());
            row("p50", "%.2f ms", number, rivals, false, m -> m.load().micros(MEDIAN) / MILLIS);
            row("p99", "%.2f ms", number, rivals, false, m -> m.load().micros(P99) / MILLIS);
            row("server CPU per request", "%,.0f µs", number, rivals, false, Measurement::cpuMicros);
            line("");
        }
        line(remark);
        for (Rival rival : RIVALS) {
            line(rival.title() + ": " + (rivals.contains(rival) ? count(rival.name) + "." : "not measured."));
        }
        line("Tollgate: " + count(SERVICE) + decisions() + ".");
        return out.toString();
    }

    private void head(List<Rival> rivals, int connections) {
        StringBuilder titles =
                new StringBuilder("| " + connections + (connections == 1 ? " connection" : " connections"));
        StringBuilder rule = new StringBuilder("|---");
        for (Rival rival : rivals) {
            titles.append(" | ").append(rival.title());
            rule.append("|---");
        }
        titles.append(" | Tollgate, whole authorizations");
        rule.append("|---");
        for (Rival rival : rivals) {
            titles.append(" | times better than ").append(rival.language);
            rule.append("|---");
        }
        line(titles + " |");
        line(rule + "|");
    }

    private void row(
            String what,
            String format,
            int connections,
            List<Rival> rivals,
            boolean moreIsBetter,
            ToDoubleFunction<Measurement> figure) {
        double ours = median(SERVICE, connections, figure);
        StringBuilder row = new StringBuilder("| " + what);
        for (Rival rival : rivals) {
            row.append(" | ").append(text(format, median(rival.name, connections, figure)));
        }
        row.append(" | ").append(text(format, ours));
        for (Rival rival : rivals) {
            double theirs = median(rival.name, connections, figure);
            row.append(" | ").append(text("%.1f", moreIsBetter ? ours / theirs : theirs / ours));
            row.append(moreIsBetter ? " (target ≥ " + rival.target + ")" : "");
        }
        line(row + " |");
    }

    private double median(String server, int connections, ToDoubleFunction<Measurement> figure) {
        List<Measurement> rounds = measured.getOrDefault(server, Map.of()).getOrDefault(connections, List.of());
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("not measured: " + server + " with " + connections);
        }
        return Findings.median(rounds.stream().mapToDouble(figure).toArray());
    }

    private String count(String server) {
        return text("%,d requests", sum(server, m -> m.load().requests()))
                + text(", %,d failed", sum(server, m -> m.load().failed()));
    }

    private String decisions() {
        long degraded = sum(
                SERVICE,
                m -> m.load().degraded().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        return text(", %,d approved", sum(SERVICE, m -> m.load().approved()))
                + text(", %,d decided by a fallback", degraded);
    }

    private long sum(String server, ToLongFunction<Measurement> figure) {
        return measured.getOrDefault(server, Map.of()).values().stream()
                .flatMap(List::stream)
                .mapToLong(figure)
                .sum();
    }

    private static String text(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
