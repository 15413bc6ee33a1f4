package io.tollgate.model.http;

import io.tollgate.model.FailureCause;
import io.tollgate.model.ScoreRequest;
import io.tollgate.model.call.Attempt;
import io.tollgate.model.call.Attempt.Failure;
import java.util.concurrent.CompletableFuture;

/** One request and its response to come. */
final class Exchange {
    private final ScoreRequest request;
    private final String token;
    private final CompletableFuture<Attempt> result = new CompletableFuture<>();
    private boolean retried;

    Exchange(ScoreRequest request, String token) {
        this.request = request;
        this.token = token;
    }

    ScoreRequest request() {
        return request;
    }

    String token() {
        return token;
    }

    CompletableFuture<Attempt> result() {
        return result;
    }

    void fail(FailureCause cause, String detail) {
        result.complete(new Failure(cause, detail));
    }

    /** True the first time: a request that met a connection which the endpoint was just closing is sent once more. */
    boolean mayRetry() {
        boolean first = !retried;
        retried = true;
        return first && !result.isDone();
    }
}
