package io.tollgate.local.traffic;

import io.tollgate.features.domain.Decision;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts what became of the payments. Safe for use by several threads. */
public final class TrafficStats implements TrafficListener {
    /** Latencies from 1 µs to 2 minutes (longer ones count as that), to three digits. */
    private static final long MAX_LATENCY_MICROS = 120_000_000;

    private static final int DIGITS = 3;

    private long due;
    private long answered;
    private final Map<String, Long> errors = new TreeMap<>();
    private final Map<Decision, Long> decisions = new EnumMap<>(Decision.class);
    private final Map<String, Long> degraded = new TreeMap<>();
    private final Map<String, Kind> kinds = new TreeMap<>();
    private final Histogram total = histogram();
    private final Histogram interval = histogram();

    /**
     * What became of the payments of one label.
     *
     * @param stopped answered with anything but APPROVE
     */
    public record Kind(boolean fraud, long payments, long stopped) {}

    /** Percentiles in milliseconds; 0 while nothing was measured. */
    public record Latency(double p50, double p90, double p99, double p999, double max) {}

    /**
     * All counts at one instant; {@code due = answered + errors + under way}.
     *
     * @param errors payments without a decision, by cause
     */
    public record Snapshot(
            long due,
            long answered,
            Map<String, Long> errors,
            Map<Decision, Long> decisions,
            Map<String, Long> degraded,
            Map<String, Kind> kinds,
            Latency latency) {

        public long failed() {
            return errors.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    @Override
    public synchronized void due(Outgoing payment) {
        due++;
    }

    @Override
    public synchronized void answered(Outgoing payment, Decision decision, List<String> fallbacks, long latencyNanos) {
        answered++;
        decisions.merge(decision, 1L, Long::sum);
        fallbacks.forEach(code -> degraded.merge(code, 1L, Long::sum));
        long stopped = decision == Decision.APPROVE ? 0 : 1;
        kinds.merge(
                payment.label(),
                new Kind(payment.fraud(), 1, stopped),
                (a, b) -> new Kind(a.fraud(), a.payments() + b.payments(), a.stopped() + b.stopped()));
        long micros = Math.max(1, Math.min(MAX_LATENCY_MICROS, latencyNanos / 1_000));
        total.recordValue(micros);
        interval.recordValue(micros);
    }

    @Override
    public synchronized void failed(Outgoing payment, String cause) {
        errors.merge(cause, 1L, Long::sum);
    }

    public synchronized Snapshot snapshot() {
        return new Snapshot(
                due,
                answered,
                Collections.unmodifiableMap(new TreeMap<>(errors)),
                Collections.unmodifiableMap(new EnumMap<>(decisions)),
                Collections.unmodifiableMap(new TreeMap<>(degraded)),
                Collections.unmodifiableMap(new TreeMap<>(kinds)),
                latency(total));
    }

    /** Latency since the previous call. */
    public synchronized Latency intervalLatency() {
        Latency latency = latency(interval);
        interval.reset();
        return latency;
    }

    private static Histogram histogram() {
        return new Histogram(1, MAX_LATENCY_MICROS, DIGITS);
    }

    private static Latency latency(Histogram micros) {
        return new Latency(
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(90) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                micros.getValueAtPercentile(99.9) / 1e3,
                micros.getMaxValue() / 1e3);
    }
}
