package io.tollgate.pipeline.feed;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits between attempts that fail: twice as long each time up to a bound, half of it drawn, so that many feeds do not
 * come back together. Confined to one thread.
 */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(200);

    /** An outage that ends is noticed within half a minute, and a long one costs a few requests a minute. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final RandomGenerator random;
    private Duration ceiling = FIRST;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /**
     * How long to wait after one more failure.
     *
     * @param asked what the service asked for, zero when it did not: never less than that, up to the bound
     */
    Duration failed(Duration asked) {
        long half = ceiling.toMillis() / 2;
        Duration drawn = Duration.ofMillis(half + random.nextLong(half + 1));
        ceiling = shorter(ceiling.multipliedBy(2), LONGEST);
        return drawn.compareTo(asked) >= 0 ? drawn : shorter(asked, LONGEST);
    }

    /** The next failure is the first again. */
    void succeeded() {
        ceiling = FIRST;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
