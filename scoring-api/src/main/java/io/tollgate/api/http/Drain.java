package io.tollgate.api.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The first step of stopping: the service goes on deciding for a while, is not ready any more, and asks each client in
 * its next answer to close the connection. Load balancers look for other replicas meanwhile, so that nobody sends on a
 * connection that is being closed (RFC 9112, 9.3.1 and 9.6). The server, and after it the outbox, stop behind this.
 * Thread-safe.
 */
public final class Drain implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** A phase of the shutdown may last 20 s, and supervisors kill after 30 s where nobody told them otherwise. */
    private static final Duration MAX = Duration.ofSeconds(15);

    private static final Duration LOOK = Duration.ofMillis(5);

    private final Duration announce;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean running;
    private volatile boolean announcing;
    private volatile boolean refusing;

    /** @param announce 0 to 15 s; a few looks of whatever watches the readiness */
    public Drain(Duration announce) {
        if (announce.isNegative() || announce.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    "tollgate.shutdown-announce must be between 0 and " + MAX.toSeconds() + " s");
        }
        this.announce = announce;
    }

    /**
     * Whether a payment may be decided where the server, when it stops, does not see it. Not any more once the
     * announcement is over; whoever was let in tells its end by {@link #leave}, and is waited for.
     */
    boolean enter() {
        underWay.incrementAndGet();
        if (refusing) {
            leave();
            return false;
        }
        return true;
    }

    void leave() {
        underWay.decrementAndGet();
    }

    /** Whether answers are to be the last on their connection. */
    boolean announcing() {
        return announcing;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable whenDone) {
        announcing = true;
        running = false;
        if (announce.isZero()) {
            refuse(whenDone);
            return;
        }
        LOG.info("stopping: not ready any more, deciding for another {} ms", announce.toMillis());
        later(announce, () -> refuse(whenDone));
    }

    private void refuse(Runnable whenDone) {
        refusing = true;
        whenNobodyIsUnderWay(whenDone);
    }

    /** Each payment ends within its budget. */
    private void whenNobodyIsUnderWay(Runnable whenDone) {
        if (underWay.get() == 0) {
            whenDone.run();
        } else {
            later(LOOK, () -> whenNobodyIsUnderWay(whenDone));
        }
    }

    private static void later(Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS).execute(task);
    }

    /** Without anybody to wait for it. */
    @Override
    public void stop() {
        announcing = true;
        refusing = true;
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The last to start is the first to stop, before the server's own phase. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
