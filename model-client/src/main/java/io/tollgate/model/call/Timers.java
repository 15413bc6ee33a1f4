package io.tollgate.model.call;

import java.time.Duration;

/** Time, injected: event loops in production, a virtual clock in tests. */
public interface Timers {

    /** A task that has not run yet. */
    @FunctionalInterface
    interface Pending {
        /** Forgets the task; does nothing if it ran. */
        void cancel();
    }

    /** Runs a short task after a delay, on the calling thread's event loop where it has one. */
    Pending after(Duration delay, Runnable task);

    /** A monotonic clock, as {@link System#nanoTime()}. */
    long nanoTime();
}
