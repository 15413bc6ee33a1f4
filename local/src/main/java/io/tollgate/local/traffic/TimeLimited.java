package io.tollgate.local.traffic;

import java.time.Duration;
import java.time.Instant;

/** A source that ends with the payments that are due within a time; those due at once are not limited by it. */
public final class TimeLimited implements PaymentSource {
    private final PaymentSource source;
    private final long limitNanos;

    public TimeLimited(PaymentSource source, Duration limit) {
        this.source = source;
        this.limitNanos = limit.toNanos();
    }

    @Override
    public long nextDueNanos() {
        long due = source.nextDueNanos();
        return due >= limitNanos ? END : due;
    }

    @Override
    public Outgoing take(Instant due) {
        return source.take(due);
    }
}
