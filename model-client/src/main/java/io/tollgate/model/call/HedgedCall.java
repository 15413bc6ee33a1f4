package io.tollgate.model.call;

import io.tollgate.model.ModelClientListener;
import io.tollgate.model.ScoreRequest;
import io.tollgate.model.call.Attempt.Answer;
import io.tollgate.model.call.Attempt.Failure;
import io.tollgate.model.call.Timers.Pending;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks a second time when the first answer is later than 95 of 100 recent ones, takes whichever comes first and stops
 * the other.
 *
 * <p>Source: Dean and Barroso, "The Tail at Scale", CACM 56 (2013). A call that fails outright is not repeated: the
 * model in process gives the same score sooner.
 */
public final class HedgedCall implements EndpointCall {

    /**
     * How to hedge.
     *
     * @param minDelay the least time to the second call, at least 100 µs: below it even healthy calls would be repeated
     * @param maxDelay the longest; also the delay until enough calls have been seen
     * @param maxShare hedges per call at most, 0 (never hedge) to 0.5; 0.05 bounds the extra load to a twentieth
     */
    public record Settings(Duration minDelay, Duration maxDelay, double maxShare) {
        public Settings {
            if (minDelay.compareTo(Duration.ofNanos(100_000)) < 0 || maxDelay.compareTo(minDelay) < 0) {
                throw new IllegalArgumentException(
                        "hedge delays must be at least 100 µs and in order, not " + minDelay + " to " + maxDelay);
            }
            if (!(maxShare >= 0 && maxShare <= 0.5)) {
                throw new IllegalArgumentException("the share of hedged calls is 0 to 0.5, not " + maxShare);
            }
        }
    }

    private final EndpointCall next;
    private final Settings settings;
    private final Timers timers;
    private final ModelClientListener listener;
    private final LatencyEstimate latency;
    private final HedgeBudget budget;

    public HedgedCall(EndpointCall next, Settings settings, Timers timers, ModelClientListener listener) {
        this.next = next;
        this.settings = settings;
        this.timers = timers;
        this.listener = listener;
        this.latency = new LatencyEstimate(settings.maxDelay());
        this.budget = new HedgeBudget(settings.maxShare());
    }

    @Override
    public CompletableFuture<Attempt> call(ScoreRequest request) {
        budget.earn();
        return new Race(request).start();
    }

    private Duration delay() {
        Duration p95 = latency.p95();
        if (p95.compareTo(settings.minDelay()) < 0) {
            return settings.minDelay();
        }
        return p95.compareTo(settings.maxDelay()) > 0 ? settings.maxDelay() : p95;
    }

    /** One request's first call and, perhaps, its second. */
    private final class Race {
        private final ScoreRequest request;
        private final long start = timers.nanoTime();
        private final CompletableFuture<Attempt> result = new CompletableFuture<>();
        private final AtomicInteger running = new AtomicInteger(1);

        Race(ScoreRequest request) {
            this.request = request;
        }

        CompletableFuture<Attempt> start() {
            CompletableFuture<Attempt> first = next.call(request);
            run(first, () -> {});
            if (!result.isDone() && delay().compareTo(request.budget()) < 0) {
                Pending hedge = timers.after(delay(), this::hedge);
                Completions.whenDone(result, attempt -> hedge.cancel());
            }
            // Also when the first call lost or was cancelled: its latency is at least this, and leaving it out would
            // make the estimate forget the slow ones.
            Completions.whenDone(result, attempt -> {
                if (!(attempt instanceof Failure)) {
                    latency.record(timers.nanoTime() - start);
                }
            });
            return result;
        }

        private void hedge() {
            if (result.isDone() || !budget.spend()) {
                return;
            }
            running.incrementAndGet();
            listener.hedged();
            run(next.call(request), listener::hedgeWon);
        }

        private void run(CompletableFuture<Attempt> call, Runnable won) {
            Completions.whenDone(call, attempt -> {
                if (attempt instanceof Answer) {
                    if (result.complete(attempt)) {
                        won.run();
                    }
                } else if (running.decrementAndGet() == 0 && attempt != null) {
                    result.complete(attempt);
                }
            });
            Completions.whenDone(result, attempt -> call.cancel(false));
        }
    }
}
