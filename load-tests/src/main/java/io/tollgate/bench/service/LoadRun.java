package io.tollgate.bench.service;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One run of a {@link LoadClient}. Confined to its event loop. */
final class LoadRun {
    /** A minute; what takes longer has failed before. */
    private static final long MAX_LATENCY_NANOS = 60_000_000_000L;

    private static final int DIGITS = 3;

    private final EventLoop loop;
    private final Requests requests;
    private final Pace pace;
    private final Duration time;
    private final Duration limit;
    private final Histogram latencies = new Histogram(MAX_LATENCY_NANOS, DIGITS);
    private final List<LoadConnection> connections = new ArrayList<>();
    private final Deque<LoadConnection> idle = new ArrayDeque<>();
    private final Deque<Long> overdue = new ArrayDeque<>();
    private final Map<String, Long> degraded = new TreeMap<>();
    private final CompletableFuture<LoadResult> result = new CompletableFuture<>();
    private long start;
    private long taken;
    private long underWay;
    private long failed;
    private long approved;
    private boolean over;

    /**
     * When requests are due.
     *
     * @param gapNanos between two; 0 for a closed loop
     * @param count how many
     */
    record Pace(long gapNanos, long count) {
        static final Pace NONE = new Pace(0, Long.MAX_VALUE);

        boolean isClosed() {
            return gapNanos == 0;
        }
    }

    /**
     * @param time for which requests become due
     * @param limit after which those without an answer have failed
     */
    LoadRun(EventLoop loop, Requests requests, Pace pace, Duration time, Duration limit) {
        this.loop = loop;
        this.requests = requests;
        this.pace = pace;
        this.time = time;
        this.limit = limit;
    }

    CompletableFuture<LoadResult> result() {
        return result;
    }

    void start() {
        start = System.nanoTime();
        var unused = loop.schedule(this::giveUp, limit.toNanos(), TimeUnit.NANOSECONDS);
        if (pace.isClosed()) {
            connections.forEach(this::again);
        } else {
            pump();
        }
    }

    /** Open loop: takes up what is due, then sleeps until the next is. */
    private void pump() {
        long now = System.nanoTime();
        while (taken < pace.count() && start + taken * pace.gapNanos() <= now) {
            long due = start + taken++ * pace.gapNanos();
            LoadConnection free = idle.poll();
            if (free == null) {
                overdue.add(due);
            } else {
                send(free, due);
            }
        }
        if (taken < pace.count()) {
            long nap = start + taken * pace.gapNanos() - System.nanoTime();
            var unused = loop.schedule(this::pump, Math.max(0, nap), TimeUnit.NANOSECONDS);
        } else {
            finishIfDone();
        }
    }

    /** Closed loop: the next request of a connection, unless time is up. */
    private void again(LoadConnection connection) {
        long now = System.nanoTime();
        if (now - start < time.toNanos()) {
            taken++;
            send(connection, now);
        } else {
            finishIfDone();
        }
    }

    private void send(LoadConnection connection, long due) {
        underWay++;
        connection.send(requests, due);
    }

    void opened(LoadConnection connection) {
        connections.add(connection);
        idle.add(connection);
    }

    /**
     * @param due when the answered request was due
     * @param codes of its fallbacks; empty for none
     */
    void answered(LoadConnection connection, long due, int status, String codes, boolean approves) {
        if (over) {
            return;
        }
        underWay--;
        record(due);
        failed += status == 200 ? 0 : 1;
        if (!codes.isEmpty()) {
            degraded.merge(codes, 1L, Long::sum);
        }
        approved += approves ? 1 : 0;
        if (pace.isClosed()) {
            again(connection);
            return;
        }
        Long waiting = overdue.poll();
        if (waiting == null) {
            idle.add(connection);
            finishIfDone();
        } else {
            send(connection, waiting);
        }
    }

    /** A connection is gone, with a request under way or without. */
    void lost(LoadConnection connection, boolean busy, long due) {
        if (over) {
            return;
        }
        connections.remove(connection);
        idle.remove(connection);
        if (busy) {
            underWay--;
            failed++;
            record(due);
        }
        if (connections.isEmpty()) {
            giveUp();
        } else {
            finishIfDone();
        }
    }

    private void record(long due) {
        latencies.recordValue(Math.min(MAX_LATENCY_NANOS, Math.max(0, System.nanoTime() - due)));
    }

    private void finishIfDone() {
        boolean allTaken = pace.isClosed() ? System.nanoTime() - start >= time.toNanos() : taken == pace.count();
        if (allTaken && underWay == 0 && overdue.isEmpty()) {
            finish();
        }
    }

    /** What was not answered by now has failed, and is as late as it is. */
    private void giveUp() {
        if (over) {
            return;
        }
        for (LoadConnection connection : connections) {
            if (connection.busy()) {
                failed++;
                record(connection.due());
            }
        }
        overdue.forEach(due -> {
            failed++;
            record(due);
        });
        for (; !pace.isClosed() && taken < pace.count(); taken++) {
            failed++;
            record(start + taken * pace.gapNanos());
        }
        finish();
    }

    private void finish() {
        over = true;
        var unused = result.complete(new LoadResult(latencies, failed, degraded, approved, System.nanoTime() - start));
    }

    void close() {
        over = true;
        List.copyOf(connections).forEach(LoadConnection::close);
    }
}
