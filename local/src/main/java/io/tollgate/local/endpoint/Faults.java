package io.tollgate.local.endpoint;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What goes wrong at an endpoint, set from outside while it runs, and how often it was asked. Thread-safe. */
public final class Faults {
    private final Deque<Fault> next = new ArrayDeque<>();
    private @Nullable Fault standing;
    private long invocations;

    /** From now on every request meets this fault. */
    public synchronized void set(Fault fault) {
        next.clear();
        standing = fault;
    }

    /** The next {@code times} requests meet this fault, before whatever is standing. */
    public synchronized void next(int times, Fault fault) {
        for (int i = 0; i < times; i++) {
            next.addLast(fault);
        }
    }

    /** From now on all is well. */
    public synchronized void clear() {
        next.clear();
        standing = null;
    }

    /** Requests for a score since the start. */
    public synchronized long invocations() {
        return invocations;
    }

    synchronized @Nullable Fault take() {
        invocations++;
        Fault queued = next.pollFirst();
        return queued != null ? queued : standing;
    }
}
