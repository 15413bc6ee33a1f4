package io.tollgate.bench.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** All that was measured, by server and load; figures are medians of the rounds. Confined to one thread. */
final class Findings {
    private final Plan plan;
    private final Map<String, List<Measurement>> measured = new TreeMap<>();
    private final List<Cold> colds = new ArrayList<>();
    private Settling settling = new Settling(Duration.ZERO, 0, false);

    /**
     * What came between warm-up and rounds.
     *
     * @param time under load
     * @param compilerSeconds of CPU that the service's compilers spent in it
     * @param quiet whether they had nothing more to do at its end
     */
    record Settling(Duration time, double compilerSeconds, boolean quiet) {}

    /**
     * A start of the service.
     *
     * @param startup from the start of the process until it was ready
     * @param first its first requests
     */
    record Cold(Duration startup, LoadResult first) {}

    Findings(Plan plan) {
        this.plan = plan;
    }

    Plan plan() {
        return plan;
    }

    void atRate(Server server, int rate, Measurement measurement) {
        add(key(server.name(), "rate", rate), measurement);
    }

    void atConnections(Server server, int connections, Measurement measurement) {
        add(key(server.name(), "connections", connections), measurement);
    }

    void settled(Settling what) {
        settling = what;
    }

    Settling settling() {
        return settling;
    }

    void cold(Cold cold) {
        colds.add(cold);
    }

    List<Cold> colds() {
        return colds;
    }

    private void add(String key, Measurement measurement) {
        measured.computeIfAbsent(key, k -> new ArrayList<>()).add(measurement);
    }

    private static String key(String server, String load, int value) {
        return server + " " + load + " " + value;
    }

    double atRate(String server, int rate, ToDoubleFunction<Measurement> figure) {
        return median(key(server, "rate", rate), figure);
    }

    double atConnections(String server, int connections, ToDoubleFunction<Measurement> figure) {
        return median(key(server, "connections", connections), figure);
    }

    /** Over all that the service was sent in rounds. */
    long sum(ToLongFunction<LoadResult> count) {
        return measured.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("service "))
                .flatMap(entry -> entry.getValue().stream())
                .mapToLong(measurement -> count.applyAsLong(measurement.load()))
                .sum();
    }

    /** How many answers of the service in rounds gave which codes of fallbacks. */
    Map<String, Long> degraded() {
        Map<String, Long> all = new TreeMap<>();
        measured.forEach((key, rounds) -> {
            if (key.startsWith("service ")) {
                rounds.forEach(round -> round.load().degraded().forEach((code, n) -> all.merge(code, n, Long::sum)));
            }
        });
        return all;
    }

    private double median(String key, ToDoubleFunction<Measurement> figure) {
        List<Measurement> rounds = measured.get(key);
        if (rounds == null) {
            throw new IllegalArgumentException("not measured: " + key);
        }
        return median(rounds.stream().mapToDouble(figure).toArray());
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
