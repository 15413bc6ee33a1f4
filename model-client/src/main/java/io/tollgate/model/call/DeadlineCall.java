package io.tollgate.model.call;

import io.tollgate.model.FailureCause;
import io.tollgate.model.ScoreRequest;
import io.tollgate.model.call.Attempt.Failure;
import io.tollgate.model.call.Timers.Pending;
import java.util.concurrent.CompletableFuture;

/** Ends a call when the request's budget is spent, and stops what is still under way for it. */
public final class DeadlineCall implements EndpointCall {
    private static final Failure TIMEOUT = new Failure(FailureCause.TIMEOUT, "no answer within the budget");
    private static final Failure NO_TIME = new Failure(FailureCause.TIMEOUT, "the budget was spent before the call");

    private final EndpointCall next;
    private final Timers timers;

    public DeadlineCall(EndpointCall next, Timers timers) {
        this.next = next;
        this.timers = timers;
    }

    @Override
    public CompletableFuture<Attempt> call(ScoreRequest request) {
        if (request.budget().isNegative() || request.budget().isZero()) {
            return CompletableFuture.completedFuture(NO_TIME);
        }
        CompletableFuture<Attempt> call = next.call(request);
        if (call.isDone()) {
            return call;
        }
        CompletableFuture<Attempt> result = new CompletableFuture<>();
        Pending deadline = timers.after(request.budget(), () -> result.complete(TIMEOUT));
        Completions.whenDone(call, attempt -> {
            if (attempt != null) {
                result.complete(attempt);
            }
        });
        Completions.whenDone(result, attempt -> {
            deadline.cancel();
            call.cancel(false);
        });
        return result;
    }
}
