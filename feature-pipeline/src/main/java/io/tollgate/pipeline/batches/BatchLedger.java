package io.tollgate.pipeline.batches;

import io.tollgate.pipeline.publish.PublishedBatch;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@code published_batches} up to date beside the publisher, on a thread of its own: an append takes half a second,
 * which no batch should wait for. It copies once a minute, sooner when the checkpoint's log would otherwise come near to
 * forgetting, and once more at the end. A copy that fails is tried again at the next look.
 */
public final class BatchLedger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchLedger.class);

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /** Two fifths of what the log retains: room for several failed copies. */
    private static final long MAX_WAITING = 400;

    /** An append that is under way at the end may finish. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final PublishedBatches batches;
    private final ScheduledExecutorService thread;
    private final AtomicLong waiting = new AtomicLong();
    private long copiedAtNanos = System.nanoTime();

    public BatchLedger(PublishedBatches batches) {
        this.batches = batches;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread created = new Thread(task, "published-batches");
            created.setDaemon(true);
            return created;
        });
    }

    /** Begins; the first copy comes after a while, when the publisher has warmed up. */
    public void start() {
        var unused =
                thread.scheduleWithFixedDelay(this::look, INTERVAL.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** To be told of each batch. */
    public void published(PublishedBatch batch) {
        waiting.incrementAndGet();
    }

    private void look() {
        long sinceLast = System.nanoTime() - copiedAtNanos;
        if (waiting.get() > MAX_WAITING || (waiting.get() > 0 && sinceLast >= INTERVAL.toNanos())) {
            copy();
        }
    }

    @SuppressWarnings("CatchingUnchecked") // Spark throws what it likes; the log keeps the batches for the next try.
    private void copy() {
        long seen = waiting.get();
        try {
            batches.copy();
            waiting.addAndGet(-seen);
            copiedAtNanos = System.nanoTime();
        } catch (Exception e) {
            LOG.warn("cannot record the publisher's batches, trying again: {}", e.toString());
        }
    }

    /** Copies the rest; while Spark's session is still there. */
    @Override
    public void close() {
        var unused = thread.submit(this::copy);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(GRACE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("the last batches are not in published_batches yet; the checkpoint still holds them");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
