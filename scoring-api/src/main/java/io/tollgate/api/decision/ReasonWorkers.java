package io.tollgate.api.decision;

import io.tollgate.api.decision.ModelReasons.Cause;
import io.tollgate.api.decision.ModelReasons.Outcome;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Explains scores beside the event loops, on a few threads with a short queue. Only payments that are not approved come
 * here. Thread-safe; close it once.
 */
public final class ReasonWorkers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReasonWorkers.class);

    /** Behind so many, at a quarter of a millisecond each, the default share of 3 ms is over before one's turn. */
    private static final int QUEUED_PER_THREAD = 12;

    private static final Mono<Outcome> LATE = Mono.just(new Outcome.Unknown(Cause.LATE));

    private final ThreadPoolExecutor executor;
    private final Supplier<Scheduler> caller;

    /**
     * @param threads at least 1; a quarter of the processors leaves the event loops theirs when an attack gets every
     *     payment declined
     * @param caller of the calling thread, where the outcome is to arrive: the event loop of the request
     */
    public ReasonWorkers(int threads, ThreadFactory factory, Supplier<Scheduler> caller) {
        this.executor = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(threads * QUEUED_PER_THREAD), factory);
        this.caller = caller;
        executor.prestartAllCoreThreads();
    }

    /** Exactly one outcome within {@code time}, on the caller's thread; never an error. */
    Mono<Outcome> explain(ModelReasons reasons, String model, double score, double[] vector, Duration time) {
        if (time.isZero()) {
            return LATE;
        }
        Scheduler here = caller.get();
        long end = System.nanoTime() + time.toNanos();
        return Mono.<Outcome>create(sink -> {
                    try {
                        executor.execute(() -> work(reasons, model, score, vector, end, sink));
                    } catch (RejectedExecutionException e) {
                        sink.success(new Outcome.Unknown(Cause.BUSY));
                    }
                })
                .publishOn(here)
                .timeout(time, LATE, here);
    }

    private static void work(
            ModelReasons reasons, String model, double score, double[] vector, long end, MonoSink<Outcome> sink) {
        if (System.nanoTime() - end >= 0) {
            sink.success(new Outcome.Unknown(Cause.LATE));
            return;
        }
        try {
            sink.success(reasons.explain(model, score, vector));
        } catch (RuntimeException e) {
            LOG.error("a score was not explained for a reason that is our own", e);
            sink.success(new Outcome.Unknown(Cause.FAILED));
        }
    }

    /** Waiting explanations are given up: those payments are answered with the rules' reasons. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
