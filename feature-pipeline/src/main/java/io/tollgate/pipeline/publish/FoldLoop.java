package io.tollgate.pipeline.publish;

import io.tollgate.pipeline.publish.EntityFolder.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Folds and publishes on a thread of its own, beside the task that reads the topic. What arrives during one round trip to
 * Redis is folded together in the next: a message that comes alone is written at once, many at a time share the way.
 * Back-pressure is waiting: of what has been read at most {@link #WAITING} messages and one chunk are not in Redis yet.
 *
 * <p>{@link #put}, {@link #finish} and {@link #abandon} are for one thread.
 */
final class FoldLoop {
    /** Four chunks: enough to keep the loop busy while the task fetches, few enough to be stopped at once. */
    private static final int WAITING = 1_024;

    /** What readers of the heartbeat expect at least, see {@link Heartbeat}. */
    private static final Duration BEAT = Duration.ofSeconds(1);

    private static final Duration PUT_PATIENCE = Duration.ofMillis(100);

    private static final Message END =
            new Message(0, new RoutedEvent(0, 0, 0, new EntityEvent("", new byte[0], EntityEvent.NOT_COUNTED, 0)));

    private final BlockingQueue<Message> queue = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread;
    private final EntityFolder folder;
    private final RealTimeClaim claim;
    private final RealTimeBeat beat;
    private final long epoch;
    private final int chunkSize;
    private final Clock clock;
    private final Listener listener;
    private volatile boolean finished;
    private volatile boolean abandoned;
    private volatile @Nullable RuntimeException failure;

    /** Told, by the loop's thread, of everything that has become readable. */
    @FunctionalInterface
    interface Listener {
        /** @param delaysMs per payment, from its decision to Redis' acknowledgement */
        void published(long keysWritten, List<Long> delaysMs);
    }

    FoldLoop(
            EntityFolder folder,
            RealTimeClaim claim,
            RealTimeBeat beat,
            long epoch,
            int chunkSize,
            Clock clock,
            Listener listener) {
        this.folder = folder;
        this.claim = claim;
        this.beat = beat;
        this.epoch = epoch;
        this.chunkSize = chunkSize;
        this.clock = clock;
        this.listener = listener;
        this.thread = new Thread(this::run, "fold");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Hands a message over; waits while too many are under way.
     *
     * @throws RuntimeException what has ended the loop
     */
    void put(Message message) throws InterruptedException {
        while (!queue.offer(message, PUT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throwFailure();
        }
        throwFailure();
    }

    /** Returns when Redis has acknowledged everything; throws what has ended the loop before. */
    void finish() throws InterruptedException {
        put(END);
        thread.join();
        throwFailure();
        if (!finished) {
            throw new IllegalStateException("the thread that folds has died; see the log for its error");
        }
    }

    /** Ends the loop after the chunk under way, and within a second; what is waiting will be read again. */
    void abandon() {
        abandoned = true;
    }

    private void throwFailure() {
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw new IllegalStateException(thrown.getMessage(), thrown);
        }
    }

    private void run() {
        try {
            foldUntilEnd();
        } catch (RuntimeException e) {
            failure = e;
        } catch (InterruptedException e) {
            failure = new IllegalStateException("interrupted by somebody else", e);
        }
    }

    private void foldUntilEnd() throws InterruptedException {
        long nextBeat = System.nanoTime();
        List<Message> chunk = new ArrayList<>(chunkSize);
        while (!abandoned && !finished) {
            if (System.nanoTime() - nextBeat >= 0) {
                claim.check(epoch);
                beat.write();
                nextBeat = System.nanoTime() + BEAT.toNanos();
            }
            Message first = queue.poll(nextBeat - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (first != null) {
                chunk.add(first);
                queue.drainTo(chunk, chunkSize - 1);
                boolean last = chunk.remove(END);
                publish(chunk);
                chunk.clear();
                finished = last;
            }
        }
    }

    private void publish(List<Message> chunk) {
        if (chunk.isEmpty()) {
            return;
        }
        EntityFolder.Folded folded = folder.fold(chunk);
        long now = clock.millis();
        listener.published(
                folded.keysWritten(),
                folded.decidedAtMs().stream().map(decidedAt -> now - decidedAt).toList());
        beat.saw(folded.newestEventMs(), chunk.get(chunk.size() - 1).sequence());
    }
}
