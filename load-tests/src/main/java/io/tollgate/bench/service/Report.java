package io.tollgate.bench.service;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Findings as Markdown tables, with ratios and targets. */
final class Report {
    private static final String FLOOR = "floor";
    private static final String SERVICE = "service";
    private static final String[] LOOP = {"tollgate-loop", "floor-loop"};
    private static final String[] HUB = {"outbox", "kafka"};
    static final String[] COMPILERS = {"C1 ", "C2 ", "Sweeper"};
    private static final double CPU_TARGET = 1.3;
    private static final double P50_TARGET = 1.25;
    private static final double P99_TARGET = 1.5;
    private static final double COLD_TARGET = 2;
    private static final double MEDIAN = 50;
    private static final double P99 = 99;
    private static final double MILLIS = 1_000;

    private final Findings findings;
    private final StringBuilder out = new StringBuilder();

    Report(Findings findings) {
        this.findings = findings;
    }

    String markdown() {
        cpu();
        rates();
        throughput();
        cold();
        answers();
        return out.toString();
    }

    private void cpu() {
        line("| server CPU per request at %,d a second | floor | service | ratio | target |", Plan.TARGET_RATE);
        line("|---|---|---|---|---|");
        cpu("all threads", Measurement::cpuMicros, CPU_TARGET);
        cpu("event loop", m -> m.cpuMicros(LOOP), 0);
        cpu("shipping events to the hub", m -> m.cpuMicros(HUB), 0);
        cpu("compilers", m -> m.cpuMicros(COMPILERS), 0);
        cpu(
                "collector and all else",
                m -> m.cpuMicros() - m.cpuMicros(LOOP) - m.cpuMicros(HUB) - m.cpuMicros(COMPILERS),
                0);
        line("");
        Findings.Settling settling = findings.settling();
        line(
                "Before: %d s at %,d a second, in which the compilers spent %.1f s of CPU%s.",
                settling.time().toSeconds(),
                Plan.TARGET_RATE,
                settling.compilerSeconds(),
                settling.quiet() ? " and were quiet in the end" : "; they were not quiet in the end");
        line("");
    }

    private void cpu(String what, ToDoubleFunction<Measurement> figure, double target) {
        double floor = findings.atRate(FLOOR, Plan.TARGET_RATE, figure);
        double service = findings.atRate(SERVICE, Plan.TARGET_RATE, figure);
        line("| %s | %.1f µs | %.1f µs | %s | %s |", what, floor, service, ratio(service, floor), atMost(target));
    }

    private void rates() {
        line("| open loop | floor | service | ratio | target |");
        line("|---|---|---|---|---|");
        for (int rate : findings.plan().rates()) {
            boolean target = rate == Plan.TARGET_RATE;
            latency(rate, "p50", MEDIAN, target ? P50_TARGET : 0);
            latency(rate, "p99", P99, target ? P99_TARGET : 0);
            double floor = findings.atRate(FLOOR, rate, Measurement::cpuMicros);
            double service = findings.atRate(SERVICE, rate, Measurement::cpuMicros);
            line("| %,d/s CPU | %.1f µs | %.1f µs | %s | |", rate, floor, service, ratio(service, floor));
        }
        line("");
    }

    private void latency(int rate, String name, double percentile, double target) {
        ToDoubleFunction<Measurement> figure = m -> m.load().micros(percentile);
        double floor = findings.atRate(FLOOR, rate, figure);
        double service = findings.atRate(SERVICE, rate, figure);
        line(
                "| %,d/s %s | %.0f µs | %.0f µs | %s | %s |",
                rate, name, floor, service, ratio(service, floor), atMost(target));
    }

    private void throughput() {
        line("| closed loop | floor | service | ratio | CPU of the floor | of the service | ratio |");
        line("|---|---|---|---|---|---|---|");
        for (int connections : findings.plan().connections()) {
            double floor = atConnections(FLOOR, connections, m -> m.load().perSecond());
            double service = atConnections(SERVICE, connections, m -> m.load().perSecond());
            double floorCpu = atConnections(FLOOR, connections, Measurement::cpuMicros);
            double serviceCpu = atConnections(SERVICE, connections, Measurement::cpuMicros);
            line(
                    "| %d connections | %,.0f/s | %,.0f/s | %s | %.1f µs | %.1f µs | %s |",
                    connections,
                    floor,
                    service,
                    ratio(service, floor),
                    floorCpu,
                    serviceCpu,
                    ratio(serviceCpu, floorCpu));
        }
        line("");
    }

    private double atConnections(String server, int connections, ToDoubleFunction<Measurement> figure) {
        return findings.atConnections(server, connections, figure);
    }

    private void cold() {
        double startup = cold(cold -> cold.startup().toMillis() / MILLIS);
        double p50 = cold(cold -> cold.first().micros(MEDIAN));
        double p99 = cold(cold -> cold.first().micros(P99));
        double warm50 = findings.atRate(SERVICE, Plan.COLD_RATE, m -> m.load().micros(MEDIAN));
        double warm99 = findings.atRate(SERVICE, Plan.COLD_RATE, m -> m.load().micros(P99));
        line("| first 1,000 requests after readiness, %d/s | first | warm | ratio | target |", Plan.COLD_RATE);
        line("|---|---|---|---|---|");
        line("| p50 | %.0f µs | %.0f µs | %s | |", p50, warm50, ratio(p50, warm50));
        line("| p99 | %.0f µs | %.0f µs | %s | %s |", p99, warm99, ratio(p99, warm99), atMost(COLD_TARGET));
        line("");
        line("Start of the process to readiness, warm-up included: %.1f s.", startup);
    }

    private double cold(ToDoubleFunction<Findings.Cold> figure) {
        return Findings.median(findings.colds().stream().mapToDouble(figure).toArray());
    }

    private void answers() {
        long requests = findings.sum(LoadResult::requests);
        line(
                "%,d requests to the service: %.1f %% approved, %s, %d failed.",
                requests,
                percent(findings.sum(LoadResult::approved), requests),
                degraded(requests),
                findings.sum(LoadResult::failed));
    }

    private String degraded(long requests) {
        return findings.degraded().entrySet().stream()
                .map(code -> String.format(
                        Locale.ROOT, "%.2f %% degraded (%s)", percent(code.getValue(), requests), code.getKey()))
                .reduce((one, other) -> one + ", " + other)
                .orElse("none degraded");
    }

    private static double percent(long part, long whole) {
        return 100.0 * part / whole;
    }

    private static String ratio(double figure, double base) {
        return base <= 0 ? "" : String.format(Locale.ROOT, "%.2f", figure / base);
    }

    private static String atMost(double target) {
        return target == 0 ? "" : String.format(Locale.ROOT, "≤ %s", target);
    }

    private void line(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
