package io.tollgate.api.metrics;

import io.tollgate.api.decision.DecisionListener;
import io.tollgate.api.decision.DecisionRecord;
import io.tollgate.api.decision.Payment;
import io.tollgate.features.Lookup;
import io.tollgate.features.domain.Decision;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** The last five minutes, second by second, for the console's plots. Recording is wait-free; one thread rolls over. */
public final class Timeline implements DecisionListener {
    /** Five minutes of seconds: what a plot shows. */
    private static final int SECONDS = 300;

    /** A minute; nothing that was answered took longer. */
    private static final long MAX_MICROS = 60_000_000;

    private static final int DIGITS = 2;
    private static final double MICROS = 1_000;

    private final Clock clock;
    private final LongSupplier stalenessMs;
    private final LongSupplier outboxDepth;
    private final Recorder latency = new Recorder(MAX_MICROS, DIGITS);
    private final Histogram sinceStart = new Histogram(MAX_MICROS, DIGITS);
    private final LongAdder approved = new LongAdder();
    private final LongAdder steppedUp = new LongAdder();
    private final LongAdder declined = new LongAdder();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final Deque<Second> seconds = new ArrayDeque<>(SECONDS);

    /**
     * One second.
     *
     * @param atMs its end, milliseconds since the epoch
     * @param p50Ms median latency; 0 when nothing was decided
     * @param stalenessMs since the publisher last wrote features
     * @param outboxDepth events waiting for the hub
     */
    public record Second(
            long atMs,
            long approved,
            long steppedUp,
            long declined,
            double p50Ms,
            double p99Ms,
            long hits,
            long misses,
            long stalenessMs,
            long outboxDepth) {}

    /** Milliseconds. */
    public record Percentiles(double p50, double p90, double p99, double p999, double max) {}

    public Timeline(Clock clock, LongSupplier stalenessMs, LongSupplier outboxDepth) {
        this.clock = clock;
        this.stalenessMs = stalenessMs;
        this.outboxDepth = outboxDepth;
    }

    @Override
    public void decided(Payment payment, DecisionRecord record, long elapsedNanos) {
        latency.recordValue(Math.min(MAX_MICROS, elapsedNanos / 1_000));
        counter(payment.decision()).increment();
        for (Lookup lookup : payment.vector().lookups()) {
            if (lookup instanceof Lookup.Hit || lookup instanceof Lookup.Stale) {
                hits.increment();
            } else if (lookup instanceof Lookup.Missing) {
                misses.increment();
            }
        }
    }

    private LongAdder counter(Decision decision) {
        return switch (decision) {
            case APPROVE -> approved;
            case STEP_UP -> steppedUp;
            case DECLINE -> declined;
        };
    }

    /** Closes a second. Called once a second by one thread. */
    public synchronized void roll() {
        Histogram interval = latency.getIntervalHistogram();
        sinceStart.add(interval);
        if (seconds.size() == SECONDS) {
            seconds.removeFirst();
        }
        seconds.addLast(new Second(
                clock.millis(),
                approved.sumThenReset(),
                steppedUp.sumThenReset(),
                declined.sumThenReset(),
                millis(interval, 50),
                millis(interval, 99),
                hits.sumThenReset(),
                misses.sumThenReset(),
                stalenessMs.getAsLong(),
                outboxDepth.getAsLong()));
    }

    /** Oldest first. */
    public synchronized List<Second> seconds() {
        return new ArrayList<>(seconds);
    }

    /** Since the start, up to the last full second. */
    public synchronized Percentiles percentiles() {
        return new Percentiles(
                millis(sinceStart, 50),
                millis(sinceStart, 90),
                millis(sinceStart, 99),
                millis(sinceStart, 99.9),
                sinceStart.getMaxValue() / MICROS);
    }

    private static double millis(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / MICROS;
    }
}
