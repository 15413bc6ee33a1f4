package io.tollgate.pipeline.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Keeps queries running: one that fails is started again from its checkpoint, after a pause that doubles with each
 * failure in a row. One that never gets a batch through ends the process, so that a scheduler or a person sees it.
 */
public final class QuerySupervisor {
    private static final Logger LOG = LoggerFactory.getLogger(QuerySupervisor.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** A quarter of an hour with the longest pauses; an outage that lasts longer needs a person. */
    private static final int MAX_FAILURES = 30;

    /** A batch in flight may finish within this when the process is told to stop; what does not is repeated. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private final List<Watched> queries = new ArrayList<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Starts a query from its checkpoint. */
    @FunctionalInterface
    public interface Start {
        StreamingQuery start() throws TimeoutException;
    }

    /**
     * To be called before {@link #run}.
     *
     * @param grace how long a batch in flight may take to finish when the process is told to stop, at most {@link #GRACE}
     */
    public void add(String name, Start start, Duration grace) {
        queries.add(new Watched(name, start, grace));
    }

    /** Asks {@link #run} to end and waits until it has; for a shutdown hook. */
    public void stop() {
        stop.countDown();
        try {
            if (!stopped.await(GRACE.toSeconds() * 2, TimeUnit.SECONDS)) {
                LOG.warn("queries did not stop in time; their last batches will be repeated");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs the queries until {@link #stop}.
     *
     * @param started called once, when all queries run
     * @throws IllegalStateException when a query failed too often in a row
     */
    public void run(Runnable started) throws InterruptedException, TimeoutException {
        try {
            for (Watched watched : queries) {
                watched.start();
            }
            started.run();
            while (!stop.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                for (Watched watched : queries) {
                    watched.check();
                }
            }
        } finally {
            for (Watched watched : queries) {
                watched.end();
            }
            stopped.countDown();
        }
    }

    private static final class Watched {
        private final String name;
        private final Start start;
        private final Duration grace;
        private @Nullable StreamingQuery query;
        private int failures;
        private long failedBatch = -1;
        private long restartAtNanos;
        private boolean waiting;

        Watched(String name, Start start, Duration grace) {
            this.name = name;
            this.start = start;
            this.grace = grace;
        }

        void start() throws TimeoutException {
            query = start.start();
            waiting = false;
        }

        void check() throws TimeoutException {
            if (waiting) {
                if (System.nanoTime() - restartAtNanos >= 0) {
                    start();
                }
                return;
            }
            StreamingQuery running = query;
            if (running == null || running.isActive()) {
                return;
            }
            Option<StreamingQueryException> failure = running.exception();
            if (failure.isEmpty()) {
                throw new IllegalStateException("query " + name + " ended by itself");
            }
            long batch =
                    running.lastProgress() == null ? -1 : running.lastProgress().batchId();
            failures = batch > failedBatch ? 1 : failures + 1;
            failedBatch = Math.max(batch, failedBatch);
            if (failures >= MAX_FAILURES) {
                throw new IllegalStateException(
                        "query " + name + " failed " + failures + " times in a row", failure.get());
            }
            Duration pause = pause();
            LOG.error("query {} failed, starting again in {} s: {}", name, pause.toSeconds(), cause(failure.get()));
            LOG.debug("query {}", name, failure.get());
            restartAtNanos = System.nanoTime() + pause.toNanos();
            waiting = true;
        }

        private Duration pause() {
            Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 5));
            return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }

        private static String cause(Throwable failure) {
            Throwable root = failure;
            while (root.getCause() != null && root.getCause() != root) {
                root = root.getCause();
            }
            return root.toString().lines().findFirst().orElse("unknown");
        }

        /** Lets the batch in flight finish, then stops. */
        void end() throws InterruptedException, TimeoutException {
            StreamingQuery running = query;
            if (running == null || !running.isActive()) {
                return;
            }
            long deadline = System.nanoTime() + grace.toNanos();
            long batch = batchOf(running);
            while (running.isActive()
                    && running.status().isTriggerActive()
                    && batchOf(running) == batch
                    && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            running.stop();
        }

        private static long batchOf(StreamingQuery running) {
            return running.lastProgress() == null ? -1 : running.lastProgress().batchId();
        }
    }
}
