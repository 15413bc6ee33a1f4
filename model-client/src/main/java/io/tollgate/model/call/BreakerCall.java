package io.tollgate.model.call;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.tollgate.model.FailureCause;
import io.tollgate.model.ScoreRequest;
import io.tollgate.model.call.Attempt.Answer;
import io.tollgate.model.call.Attempt.Failure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Leaves an endpoint alone for a while when too many of its latest calls failed. */
public final class BreakerCall implements EndpointCall {
    private static final Failure OPEN = new Failure(FailureCause.BREAKER_OPEN, "the endpoint failed too often lately");

    /** Resilience4j counts exceptions, so a failure needs one; it is never thrown and has no stack trace. */
    private static final class FailedCall extends Exception {
        FailedCall() {
            super("model endpoint call failed", null, false, false);
        }
    }

    private final EndpointCall next;
    private final CircuitBreaker breaker;
    private final Duration fairBudget;
    private final Timers timers;

    /**
     * @param fairBudget a timeout under a smaller budget says more about the caller's haste than about the endpoint and
     *     is not counted
     */
    public BreakerCall(EndpointCall next, CircuitBreaker breaker, Duration fairBudget, Timers timers) {
        this.next = next;
        this.breaker = breaker;
        this.fairBudget = fairBudget;
        this.timers = timers;
    }

    @Override
    public CompletableFuture<Attempt> call(ScoreRequest request) {
        if (!breaker.tryAcquirePermission()) {
            return CompletableFuture.completedFuture(OPEN);
        }
        long start = timers.nanoTime();
        return Completions.after(next.call(request), attempt -> count(request, attempt, timers.nanoTime() - start));
    }

    private void count(ScoreRequest request, @Nullable Attempt attempt, long nanos) {
        if (attempt instanceof Answer) {
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        } else if (attempt instanceof Failure failure && blamesEndpoint(failure.cause(), request.budget())) {
            breaker.onError(nanos, TimeUnit.NANOSECONDS, new FailedCall());
        } else {
            breaker.releasePermission();
        }
    }

    private boolean blamesEndpoint(FailureCause cause, Duration budget) {
        return switch (cause) {
            case ERROR_STATUS, BAD_RESPONSE, UNREACHABLE -> true;
            case TIMEOUT -> budget.compareTo(fairBudget) >= 0;
            case BREAKER_OPEN, OVERLOAD, NO_TOKEN, NO_ENDPOINT -> false;
        };
    }
}
