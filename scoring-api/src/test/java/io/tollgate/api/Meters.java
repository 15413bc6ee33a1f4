package io.tollgate.api;

import java.util.List;
import java.util.stream.Stream;

/** A service's metrics at one moment, as Prometheus reads them. */
record Meters(List<String> lines) {

    static Meters of(Replica replica) throws Exception {
        return new Meters(replica.get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList());
    }

    /**
     * The sum over all series of a name that have the labels.
     *
     * @param labels as they are written, as in {@code code="SHED"}
     */
    double of(String name, String... labels) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
