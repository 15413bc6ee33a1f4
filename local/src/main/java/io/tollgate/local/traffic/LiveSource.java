package io.tollgate.local.traffic;

import io.tollgate.local.sim.LiveTraffic;
import io.tollgate.local.sim.SimulatedPayment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Simulated payments at a constant rate, for ever. */
public final class LiveSource implements PaymentSource {
    private final LiveTraffic traffic;
    private final double nanosBetween;
    private long number;

    /**
     * @param rate payments a second, more than 0
     */
    public LiveSource(LiveTraffic traffic, double rate) {
        this.traffic = traffic;
        this.nanosBetween = 1e9 / rate;
    }

    @Override
    public long nextDueNanos() {
        return (long) (number * nanosBetween);
    }

    @Override
    public Outgoing take(Instant due) {
        number++;
        SimulatedPayment payment = traffic.next(due.truncatedTo(ChronoUnit.MILLIS));
        return new Outgoing(
                payment.authorization(),
                payment.scenario().name(),
                payment.scenario().fraud());
    }
}
