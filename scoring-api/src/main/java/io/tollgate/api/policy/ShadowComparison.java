package io.tollgate.api.policy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tollgate.api.decision.Judge;
import io.tollgate.api.decision.Payment;
import io.tollgate.features.domain.Decision;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts what the shadow policy would have decided beside what was decided: a counter per pair of decisions, on whose
 * diagonal the two agree. Thread-safe.
 */
public final class ShadowComparison {
    private final Map<Decision, Map<Decision, Counter>> pairs = new EnumMap<>(Decision.class);
    private final Counter failed;

    public ShadowComparison(MeterRegistry registry) {
        for (Decision live : Decision.values()) {
            Map<Decision, Counter> row = new EnumMap<>(Decision.class);
            for (Decision shadow : Decision.values()) {
                row.put(
                        shadow,
                        Counter.builder("tollgate.policy.shadow")
                                .description(
                                        "payments decided, by decision and by what the shadow policy would have decided")
                                .tag("decision", live.name())
                                .tag("would", shadow.name())
                                .tag("agrees", Boolean.toString(live == shadow))
                                .register(registry));
            }
            pairs.put(live, row);
        }
        failed = Counter.builder("tollgate.policy.shadow.failed")
                .description("payments that the shadow policy could not be tried on")
                .register(registry);
    }

    /** To be called once the payment has been answered: takes a microsecond or two. */
    public void compare(Payment payment) {
        try {
            Judge.Verdict would = payment.context().shadow().judge(payment);
            if (would != null) {
                counter(payment.decision(), would.decision()).increment();
            }
        } catch (RuntimeException e) {
            // A policy that is tried out must not be heard of by payments; the counter tells that it failed.
            failed.increment();
        }
    }

    public long count(Decision live, Decision shadow) {
        return (long) counter(live, shadow).count();
    }

    private Counter counter(Decision live, Decision shadow) {
        Map<Decision, Counter> row = pairs.get(live);
        Counter counter = row == null ? null : row.get(shadow);
        if (counter == null) {
            throw new IllegalStateException("every pair has a counter");
        }
        return counter;
    }
}
