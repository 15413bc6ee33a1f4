package io.tollgate.api.store;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops asking a Redis that does not answer: while it is open, payments go on with defaults at once instead of each
 * waiting for its own timeout. An error is an answer, and costs nobody any time: a server that is full or a replica takes
 * no claims, but still tells features.
 */
public final class RedisBreaker {
    private static final Logger LOG = LoggerFactory.getLogger(RedisBreaker.class);

    private final CircuitBreaker breaker;
    private final Duration fairTime;

    /**
     * @param fairTime a command that had less and was late says more about the caller's haste than about Redis, and is not
     *     counted
     */
    public RedisBreaker(String name, Duration fairTime) {
        this.fairTime = fairTime;
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

    /** A command that is about to be sent. */
    @FunctionalInterface
    interface Call<T> {
        void send(Reply<T> then);
    }

    /**
     * Sends a command unless the breaker is open, and learns what became of it before {@code then} does.
     *
     * @param time that the command has
     */
    <T> void guard(Duration time, Call<T> call, Reply<T> then) {
        if (!breaker.tryAcquirePermission()) {
            then.told(null, new Open());
            return;
        }
        long start = System.nanoTime();
        call.send((value, error) -> {
            long took = System.nanoTime() - start;
            if (error == null || error instanceof RedisCommandExecutionException) {
                breaker.onSuccess(took, TimeUnit.NANOSECONDS);
            } else if (error instanceof RedisCommands.Late && time.compareTo(fairTime) < 0) {
                breaker.releasePermission();
            } else {
                breaker.onError(took, TimeUnit.NANOSECONDS, error);
            }
            then.told(value, error);
        });
    }

    /** CLOSED, OPEN or HALF_OPEN. */
    public String state() {
        return breaker.getState().name();
    }
}
