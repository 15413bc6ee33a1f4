package io.tollgate.api.store;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Stops asking a Redis that does not answer: while it is open, payments go on with defaults at once instead of each
 * waiting for its own timeout.
 */
public final class RedisBreaker {
    private static final Logger LOG = LoggerFactory.getLogger(RedisBreaker.class);

    private final CircuitBreaker breaker;

    public RedisBreaker(String name) {
        breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        // Half of the last hundred reads lost is an outage, a few are a pause of the collector.
                        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(100)
                        .minimumNumberOfCalls(20)
                        .failureRateThreshold(50)
                        // A fail-over takes seconds; trying once a second finds its end soon and costs three timeouts.
                        .waitDurationInOpenState(Duration.ofSeconds(1))
                        // Few, so that a quiet service finds its way back as well.
                        .permittedNumberOfCallsInHalfOpenState(3)
                        .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn("redis breaker {}: {}", name, event.getStateTransition()));
    }

    /** Refused at once while open. */
    static final class Open extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Open() {
            super("the redis breaker is open", null, false, false);
        }
    }

    <T> Mono<T> guard(Mono<T> call) {
        return Mono.defer(() -> {
            if (!breaker.tryAcquirePermission()) {
                return Mono.error(new Open());
            }
            long start = System.nanoTime();
            return call.doOnEach(signal -> {
                        if (signal.isOnComplete()) {
                            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                        } else if (signal.getThrowable() != null) {
                            breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, signal.getThrowable());
                        }
                    })
                    .doOnCancel(breaker::releasePermission);
        });
    }

    /** CLOSED, OPEN or HALF_OPEN. */
    public String state() {
        return breaker.getState().name();
    }
}
