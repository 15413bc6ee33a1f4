package io.tollgate.api.outbox;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ships the outbox to the hub in order, and looks after its files.
 *
 * <p>The cursor follows the longest acknowledged prefix. When an event fails, the sender lets what is in flight settle,
 * waits, and starts again from the cursor: events may reach the hub twice, never not at all. One that the hub says it
 * will never take is {@linkplain Outbox#setAside set aside}. Brokers judge batches, and refuse those that travel with such
 * a one as they refuse it: events under suspicion travel alone, and only such are set aside.
 *
 * <p>The sender polls every few milliseconds instead of being woken by every append: waking a thread costs the event loop
 * a system call, and events that arrive between two looks travel in one request.
 */
public final class OutboxSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxSender.class);

    /** Bounds what is sent twice after a failure, and the producer's memory: 4,096 events of about 3 KB. */
    private static final int MAX_IN_FLIGHT = 4_096;

    private static final Duration RETRY_AFTER = Duration.ofMillis(500);
    /** A thread that was told to end is at most a write to the disk away from it. */
    private static final Duration LAST_STEPS = Duration.ofSeconds(2);

    private static final Duration DISK_CHECK = Duration.ofMillis(50);

    private final Outbox outbox;
    private final EventPublisher publisher;
    private final OutboxSettings settings;
    private final Duration pollInterval;
    private final Thread sender;
    private final Thread maintenance;
    private volatile boolean running = true;

    private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();

    /** The offset behind the last event of which the hub has said that it will never take it, or one beside it. */
    private long suspectEnd;

    /** One event on its way. The outcome is written by the publisher's thread, read by the sender's. */
    private static final class InFlight {
        final long endOffset;
        final long timeMs;
        final boolean alone;
        volatile boolean settled;
        volatile @Nullable Exception failure;

        InFlight(long endOffset, long timeMs, boolean alone) {
            this.endOffset = endOffset;
            this.timeMs = timeMs;
            this.alone = alone;
        }

        void settle(@Nullable Exception error) {
            failure = error;
            settled = true;
        }
    }

    public OutboxSender(
            Outbox outbox,
            EventPublisher publisher,
            OutboxSettings settings,
            Duration pollInterval,
            ThreadFactory threads) {
        this.outbox = outbox;
        this.publisher = publisher;
        this.settings = settings;
        this.pollInterval = pollInterval;
        this.sender = threads.newThread(this::send);
        this.sender.setName("outbox-sender");
        this.maintenance = threads.newThread(this::maintain);
        this.maintenance.setName("outbox-maintenance");
    }

    public void start() {
        sender.start();
        maintenance.start();
    }

    private void send() {
        publisher.connect();
        while ((running || outbox.depth() > 0) && !Thread.currentThread().isInterrupted()) {
            try {
                if (!shipUntilFailure()) {
                    return;
                }
            } catch (RuntimeException e) {
                // A sender that ends is an outbox that fills: whatever the client library throws is one more outage.
                LOG.error("sending events failed for a reason that is our own; trying again", e);
                settle(e);
            }
            LockSupport.parkNanos(RETRY_AFTER.toNanos());
        }
    }

    /** Returns true after a failure, false when told to stop and all is shipped. */
    private boolean shipUntilFailure() {
        Outbox.Reader reader = outbox.reader();
        while (true) {
            boolean moved = advance();
            InFlight first = inFlight.peek();
            if (first != null && first.settled && first.failure != null) {
                if (!setAside(first)) {
                    settle(first.failure);
                    return true;
                }
                continue;
            }
            boolean alone = outbox.acknowledgedOffset() < suspectEnd;
            OutboxRecord event = inFlight.size() < (alone ? 1 : MAX_IN_FLIGHT) ? reader.next() : null;
            if (event != null) {
                InFlight flight = new InFlight(reader.offset(), event.timeMs(), alone);
                inFlight.add(flight);
                publish(event, flight);
            } else if (!moved) {
                if ((!running && inFlight.isEmpty()) || Thread.currentThread().isInterrupted()) {
                    return false;
                }
                LockSupport.parkNanos(pollInterval.toNanos());
            }
        }
    }

    /** Whether the first under way was one that the hub will never take, and no longer stands in the way. */
    private boolean setAside(InFlight first) {
        if (!(first.alone && first.failure instanceof EventPublisher.Unacceptable refusal)) {
            return false;
        }
        OutboxRecord event = outbox.reader().next();
        if (event == null) {
            throw new IllegalStateException("an event is under way that is not in the outbox");
        }
        try {
            outbox.setAside(event);
        } catch (IOException e) {
            LOG.error("an event that the event hub will not take cannot be set aside: {}", e.toString());
            return false;
        }
        LOG.error("the event hub will never take {}, it is set aside: {}", event, refusal.getMessage());
        first.failure = null;
        return true;
    }

    private void publish(OutboxRecord event, InFlight flight) {
        try {
            publisher.publish(event, flight::settle);
        } catch (RuntimeException e) {
            flight.settle(e);
        }
    }

    /** Moves the cursor over the acknowledged prefix. */
    private boolean advance() {
        int acknowledged = 0;
        long offset = 0;
        for (InFlight first = inFlight.peek();
                first != null && first.settled && first.failure == null;
                first = inFlight.peek()) {
            offset = first.endOffset;
            acknowledged++;
            inFlight.remove();
        }
        if (acknowledged == 0) {
            return false;
        }
        InFlight next = inFlight.peek();
        outbox.acknowledge(offset, acknowledged, next == null ? System.currentTimeMillis() : next.timeMs);
        return true;
    }

    /** After a failure: waits until nothing is under way, because what is sent again must come after it. */
    private void settle(Exception failure) {
        LOG.warn(
                "the event hub does not take events ({}); {} wait in the outbox and are sent again",
                failure.toString(),
                outbox.depth());
        while (!inFlight.isEmpty()) {
            if (inFlight.element().settled) {
                InFlight over = inFlight.remove();
                if (over.failure instanceof EventPublisher.Unacceptable) {
                    suspectEnd = over.endOffset;
                }
            } else if (Thread.currentThread().isInterrupted()) {
                inFlight.clear();
            } else {
                LockSupport.parkNanos(pollInterval.toNanos());
            }
        }
    }

    private void maintain() {
        long syncEvery = settings.syncInterval().toNanos();
        long lastSync = System.nanoTime();
        while (running) {
            try {
                outbox.prepareSpare();
                if (syncEvery > 0 && System.nanoTime() - lastSync >= syncEvery) {
                    outbox.sync();
                    lastSync = System.nanoTime();
                }
            } catch (RuntimeException e) {
                // A device that fails (UncheckedIOException) may be well again; without this thread no disk would be.
                LOG.error("the outbox's files were not looked after; trying again", e);
            }
            LockSupport.parkNanos(DISK_CHECK.toNanos());
        }
    }

    /**
     * Stops, giving the hub as long as {@code patience} to take what waits; the rest stays on the disk for the next start.
     * Returns when no thread of this sender touches the outbox any more.
     */
    void stop(Duration patience) {
        running = false;
        boolean interrupted = join(sender, patience);
        if (sender.isAlive()) {
            LOG.warn(
                    "outbox: {} events wait for the next start, the hub did not take them within {} ms",
                    outbox.depth(),
                    patience.toMillis());
            sender.interrupt();
        }
        // Ends the publisher's own waits, too: what is under way gets its outcome or fails.
        publisher.close();
        interrupted |= join(sender, LAST_STEPS);
        interrupted |= join(maintenance, LAST_STEPS);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether this thread was interrupted meanwhile; then the other one is left to itself. */
    private static boolean join(Thread thread, Duration limit) {
        try {
            thread.join(Math.max(1, limit.toMillis()));
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Stops within the configured time; see {@link OutboxSettings#drain}. */
    @Override
    public void close() {
        stop(settings.drain());
    }
}
