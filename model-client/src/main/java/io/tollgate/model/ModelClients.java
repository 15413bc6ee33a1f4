package io.tollgate.model;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.netty.handler.ssl.SslContext;
import io.tollgate.model.artifact.ModelArtifact;
import io.tollgate.model.artifact.ModelVersion;
import io.tollgate.model.artifact.TreeEnsemble;
import io.tollgate.model.call.Attempt;
import io.tollgate.model.call.Attempt.Failure;
import io.tollgate.model.call.BoundedCall;
import io.tollgate.model.call.BreakerCall;
import io.tollgate.model.call.DeadlineCall;
import io.tollgate.model.call.EndpointCall;
import io.tollgate.model.call.HedgedCall;
import io.tollgate.model.call.Timers;
import io.tollgate.model.http.EndpointSettings;
import io.tollgate.model.http.EventLoops;
import io.tollgate.model.http.HttpEndpointCall;
import io.tollgate.model.http.TokenSource;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Assembles model clients. */
public final class ModelClients {
    private ModelClients() {}

    /** A client that asks the endpoint and falls back to the artifact evaluated in process. */
    public static ModelClient endpointThenLocal(
            EndpointSettings endpoint,
            TokenSource tokens,
            @Nullable SslContext tls,
            ModelArtifact artifact,
            ModelClientSettings settings,
            EventLoops eventLoops,
            ModelClientListener listener) {
        HttpEndpointCall http = new HttpEndpointCall(endpoint, artifact.features(), tokens, eventLoops, tls);
        Timers timers = eventLoops.timers();
        EndpointCall chain = chain(http, settings, timers, Clock.systemUTC(), listener);
        return client(chain, artifact, timers, listener, http::close);
    }

    /** A client that asks the endpoint only: where it fails there is no score. */
    public static ModelClient endpointOnly(
            EndpointSettings endpoint,
            TokenSource tokens,
            @Nullable SslContext tls,
            ModelVersion version,
            List<String> columns,
            ModelClientSettings settings,
            EventLoops eventLoops,
            ModelClientListener listener) {
        HttpEndpointCall http = new HttpEndpointCall(endpoint, columns, tokens, eventLoops, tls);
        Timers timers = eventLoops.timers();
        EndpointCall chain = chain(http, settings, timers, Clock.systemUTC(), listener);
        return new LocalFallback(chain, version, columns.size(), null, timers, listener, http::close);
    }

    /** A client without an endpoint: every score is the artifact's, evaluated in process. */
    public static ModelClient localOnly(ModelArtifact artifact, EventLoops eventLoops, ModelClientListener listener) {
        CompletableFuture<Attempt> none = CompletableFuture.completedFuture(
                new Failure(FailureCause.NO_ENDPOINT, "no model endpoint is configured"));
        return client(request -> none, artifact, eventLoops.timers(), listener, () -> {});
    }

    static ModelClient client(
            EndpointCall chain, ModelArtifact artifact, Timers timers, ModelClientListener listener, Runnable onClose) {
        TreeEnsemble ensemble = artifact.ensemble();
        return new LocalFallback(
                chain, artifact.version(), ensemble.featureCount(), ensemble, timers, listener, onClose);
    }

    /**
     * The decorators around one call, from the outside in:
     *
     * <ol>
     *   <li>the bound on calls in flight: being full is our own trouble, so the breaker must not see it;
     *   <li>the breaker: it must see what the deadline cuts off, or an endpoint that hangs would never open it;
     *   <li>the deadline: it covers both calls of a hedge;
     *   <li>the hedge: next to the wire, because all above it is per payment and it alone is per call;
     *   <li>the wire.
     * </ol>
     */
    static EndpointCall chain(
            EndpointCall wire, ModelClientSettings settings, Timers timers, Clock clock, ModelClientListener listener) {
        EndpointCall hedged = new HedgedCall(wire, settings.hedge(), timers, listener);
        EndpointCall timed = new DeadlineCall(hedged, timers);
        EndpointCall guarded =
                new BreakerCall(timed, breaker(settings, clock, listener), settings.fairBudget(), timers);
        return new BoundedCall(guarded, settings.maxConcurrent());
    }

    private static CircuitBreaker breaker(ModelClientSettings settings, Clock clock, ModelClientListener listener) {
        CircuitBreaker breaker = CircuitBreaker.of(
                "model",
                CircuitBreakerConfig.custom()
                        .failureRateThreshold(settings.breakerFailurePercent())
                        .slidingWindowSize(settings.breakerWindow())
                        .minimumNumberOfCalls(settings.breakerMinimum())
                        .waitDurationInOpenState(settings.breakerOpenFor())
                        .permittedNumberOfCallsInHalfOpenState(settings.breakerTrials())
                        .clock(clock)
                        .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> listener.breakerMoved(
                        event.getStateTransition().getToState().name()));
        return breaker;
    }
}
