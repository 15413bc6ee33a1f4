package io.tollgate.api.decision;

import java.time.Duration;

/**
 * How the time for one payment is split.
 *
 * @param total from the request's last byte to the answer, 5 ms to {@code cap}
 * @param cap the most that a client may ask for by the {@code Tollgate-Budget-Ms} header; card networks wait seconds, but
 *     a queue of slow answers is an outage
 * @param features for the one read from Redis
 * @param record for the claim in Redis that makes retries safe
 * @param reasons for the model's part in the reasons of a payment that is scored and not approved; kept back from the
 *     model beside the reserve, so that a slow endpoint does not cost the reasons
 * @param reserve kept back from the model for the claim, the policy and writing the answer; must cover {@code record}
 */
public record Budget(
        Duration total, Duration cap, Duration features, Duration record, Duration reasons, Duration reserve) {
    private static final Duration MIN = Duration.ofMillis(5);
    private static final Duration MAX = Duration.ofSeconds(5);

    public Budget {
        between("budget.cap", cap, MIN, MAX);
        between("budget.total", total, MIN, cap);
        between("budget.features", features, Duration.ofMillis(1), total);
        between("budget.record", record, Duration.ofMillis(1), total);
        between("budget.reasons", reasons, Duration.ofMillis(1), total);
        between("budget.reserve", reserve, record, total);
    }

    private static void between(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(name + " must be between " + min.toMillis() + " ms and " + max.toMillis()
                    + " ms, but is " + value.toMillis() + " ms");
        }
    }

    /** What the model leaves for the steps behind it. */
    Duration afterModel() {
        return reserve.plus(reasons);
    }

    /** Half of a step's share: a Redis that needs longer is slow, one that was given less is not. */
    public Duration fairForRedis() {
        return (features.compareTo(record) < 0 ? features : record).dividedBy(2);
    }

    /** What a client asked for, bounded; the total when it asked for nothing. */
    public Duration of(int requestedMs) {
        if (requestedMs <= 0) {
            return total;
        }
        Duration requested = Duration.ofMillis(requestedMs);
        return requested.compareTo(MIN) < 0 ? MIN : requested.compareTo(cap) > 0 ? cap : requested;
    }
}
