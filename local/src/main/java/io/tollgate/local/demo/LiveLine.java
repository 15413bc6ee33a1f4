package io.tollgate.local.demo;

import io.tollgate.features.domain.Decision;
import io.tollgate.local.traffic.TrafficStats;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** Says every now and then how it goes: on a terminal in one line that changes, elsewhere in a line each time. */
final class LiveLine {
    /** Erases to the end of the line (ECMA-48, EL). */
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private long lastAnswered;
    private long lastNanos;

    LiveLine(PrintStream out, boolean terminal, long nowNanos) {
        this.out = out;
        this.terminal = terminal;
        this.lastNanos = nowNanos;
    }

    /** A line that stays. */
    void say(String text) {
        out.println(terminal ? ERASE + text : text);
    }

    /**
     * The changing line.
     *
     * @param recent latency since the previous call
     * @param lag decided payments whose features are not published yet
     */
    void show(
            TrafficStats.Snapshot counts,
            TrafficStats.Latency recent,
            ApiMetrics service,
            PipelineStatus pipeline,
            long lag,
            long nowNanos) {
        double seconds = Math.max(1e-3, (nowNanos - lastNanos) / 1e9);
        double rate = (counts.answered() - lastAnswered) / seconds;
        lastAnswered = counts.answered();
        lastNanos = nowNanos;
        Map<Decision, Long> decisions = counts.decisions();
        String line = String.format(
                Locale.ROOT,
                "%6.0f/s  p50 %.1f ms  p99 %.1f ms  approve %d  step-up %d  decline %d  errors %d  hits %s"
                        + "  fresh %s  lag %d",
                rate,
                recent.p50(),
                recent.p99(),
                decisions.getOrDefault(Decision.APPROVE, 0L),
                decisions.getOrDefault(Decision.STEP_UP, 0L),
                decisions.getOrDefault(Decision.DECLINE, 0L),
                counts.failed(),
                percent(service.hitRate()),
                pipeline.recentFreshness().p50() < 0
                        ? "-"
                        : pipeline.recentFreshness().p50() + " ms",
                lag);
        if (terminal) {
            out.print(ERASE + line);
            out.flush();
        } else {
            out.println(line);
        }
    }

    static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.0f%%", share * 100);
    }
}
