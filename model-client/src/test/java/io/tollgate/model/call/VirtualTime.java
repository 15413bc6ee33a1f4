package io.tollgate.model.call;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Timers and a clock that move only when told. For one thread. */
public final class VirtualTime extends Clock implements Timers {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private record Task(long at, long order, Runnable action) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
    private long now;
    private long scheduled;

    /** Moves on, running what falls due at its own instant. */
    public void advance(Duration by) {
        long end = now + by.toNanos();
        for (Task next = tasks.peek(); next != null && next.at() <= end; next = tasks.peek()) {
            tasks.remove();
            now = next.at();
            next.action().run();
        }
        now = end;
    }

    /** Tasks that wait. */
    public int pending() {
        return tasks.size();
    }

    @Override
    public Pending after(Duration delay, Runnable task) {
        Task entry = new Task(now + delay.toNanos(), scheduled++, task);
        tasks.add(entry);
        return () -> tasks.remove(entry);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Instant instant() {
        return START.plusNanos(now);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return zone.equals(ZoneOffset.UTC) ? this : Clock.fixed(instant(), zone);
    }
}
