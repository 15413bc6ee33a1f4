package io.tollgate.model.call;

import io.tollgate.model.FailureCause;
import io.tollgate.model.ScoreRequest;
import io.tollgate.model.call.Attempt.Failure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Refuses a call when too many are in flight. It does not queue: the model in process answers sooner than a queue
 * would move.
 */
public final class BoundedCall implements EndpointCall {
    private static final Failure OVERLOAD = new Failure(FailureCause.OVERLOAD, "too many calls in flight");

    private final EndpointCall next;
    private final int limit;
    private final AtomicInteger inFlight = new AtomicInteger();

    public BoundedCall(EndpointCall next, int limit) {
        this.next = next;
        this.limit = limit;
    }

    @Override
    public CompletableFuture<Attempt> call(ScoreRequest request) {
        if (inFlight.incrementAndGet() > limit) {
            inFlight.decrementAndGet();
            return CompletableFuture.completedFuture(OVERLOAD);
        }
        return Completions.after(next.call(request), attempt -> inFlight.decrementAndGet());
    }
}
