package io.tollgate.local.demo;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the service counted, read from its Prometheus page.
 *
 * @param decided decisions made
 * @param hits groups of features that were there and fresh
 * @param stale groups that were there but older than their limit
 * @param misses groups that could not be used, by cause
 * @param degraded decisions made on a fallback, by code
 * @param outbox events that the hub has not acknowledged, those of earlier starts included
 */
public record ApiMetrics(
        long decided, long hits, long stale, Map<String, Long> misses, Map<String, Long> degraded, long outbox) {

    static final ApiMetrics NONE = new ApiMetrics(0, 0, 0, Map.of(), Map.of(), 0);

    /** A sample without a timestamp: name, labels, value (Prometheus text exposition format 0.0.4). */
    private static final Pattern SAMPLE = Pattern.compile("(tollgate_[a-z_]+)(?:\\{([^}]*)})? ([0-9.eE+-]+)");

    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

    static ApiMetrics parse(String page) {
        long decided = 0;
        long hits = 0;
        long stale = 0;
        long outbox = 0;
        Map<String, Long> misses = new TreeMap<>();
        Map<String, Long> degraded = new TreeMap<>();
        for (String line : page.split("\n")) {
            Matcher sample = SAMPLE.matcher(line.strip());
            if (!sample.matches()) {
                continue;
            }
            Map<String, String> labels = labels(sample.group(2));
            long value = (long) Double.parseDouble(sample.group(3));
            switch (sample.group(1)) {
                case "tollgate_authorization_seconds_count" -> decided += value;
                case "tollgate_outbox_depth" -> outbox += value;
                case "tollgate_degraded_total" -> degraded.merge(labels.getOrDefault("code", ""), value, Long::sum);
                case "tollgate_features_lookups_total" -> {
                    switch (labels.getOrDefault("outcome", "")) {
                        case "hit" -> hits += value;
                        case "stale" -> stale += value;
                        case "miss" -> misses.merge(labels.getOrDefault("cause", ""), value, Long::sum);
                        default -> {
                            // an outcome that is neither, such as a group that does not apply
                        }
                    }
                }
                default -> {
                    // not for the report
                }
            }
        }
        return new ApiMetrics(decided, hits, stale, misses, degraded, outbox);
    }

    /** What was counted since an earlier reading; what waits in the outbox stays what it is. */
    public ApiMetrics since(ApiMetrics earlier) {
        return new ApiMetrics(
                decided - earlier.decided,
                hits - earlier.hits,
                stale - earlier.stale,
                minus(misses, earlier.misses),
                minus(degraded, earlier.degraded),
                outbox);
    }

    /** Share of the groups asked for that were there and fresh, 0 to 1; NaN when none was asked for. */
    public double hitRate() {
        long missed = misses.values().stream().mapToLong(Long::longValue).sum();
        return (double) hits / (hits + stale + missed);
    }

    private static Map<String, Long> minus(Map<String, Long> now, Map<String, Long> earlier) {
        Map<String, Long> difference = new TreeMap<>();
        now.forEach((name, value) -> difference.put(name, value - earlier.getOrDefault(name, 0L)));
        return difference;
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }
}
