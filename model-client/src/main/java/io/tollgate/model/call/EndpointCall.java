package io.tollgate.model.call;

import io.tollgate.model.ScoreRequest;
import java.util.concurrent.CompletableFuture;

/** Asks a model endpoint. */
@FunctionalInterface
public interface EndpointCall {

    /**
     * Asks without blocking.
     *
     * @return completes with a {@link Attempt.Failure} rather than an exception, and stops the work when it is
     *     cancelled
     */
    CompletableFuture<Attempt> call(ScoreRequest request);
}
