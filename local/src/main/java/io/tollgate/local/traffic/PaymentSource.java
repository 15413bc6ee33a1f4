package io.tollgate.local.traffic;

import java.time.Instant;

/** Payments in the order in which they are to be sent. Used by one thread. */
public interface PaymentSource {
    /** No payment is left. */
    long END = -1;

    /** The next payment is due as soon as there is a free connection. */
    long AT_ONCE = -2;

    /** When the next payment is due, in nanoseconds after the start; or {@link #END}, or {@link #AT_ONCE}. */
    long nextDueNanos();

    /**
     * The next payment.
     *
     * @param due the wall-clock time at which it is due
     */
    Outgoing take(Instant due);
}
