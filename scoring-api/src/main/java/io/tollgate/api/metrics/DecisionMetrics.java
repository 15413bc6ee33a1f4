package io.tollgate.api.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tollgate.api.decision.DecisionListener;
import io.tollgate.api.decision.DecisionRecord;
import io.tollgate.api.decision.ModelReasons;
import io.tollgate.api.decision.Payment;
import io.tollgate.api.decision.ServingContext;
import io.tollgate.features.Lookup;
import io.tollgate.features.MissCause;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.policy.Degradation;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.GroupSpec;
import io.tollgate.model.FailureCause;
import io.tollgate.model.ModelClientListener;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts decisions and what they were made on. All meters exist from the start, so that a rate over a new label does not
 * miss its first increment, and no request looks one up by name. Thread-safe.
 */
public final class DecisionMetrics implements DecisionListener, ModelClientListener {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionMetrics.class);

    /** Around the budget of 50 ms and the millisecond that a decision takes. */
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500)
    };

    /** From the card that is used twice in a second to the one that lay in a drawer for a month. */
    private static final Duration[] AGES = {
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofMinutes(10),
        Duration.ofHours(1),
        Duration.ofDays(1),
        Duration.ofDays(30)
    };

    private static final List<String> BREAKER_STATES = List.of("CLOSED", "OPEN", "HALF_OPEN");

    private static final Set<MissCause> STORE_GAVE_NOTHING =
            EnumSet.of(MissCause.TIMEOUT, MissCause.UNAVAILABLE, MissCause.SHED);

    private final Map<Decision, Timer> decisions = new EnumMap<>(Decision.class);
    private final Map<Degradation, Counter> degraded = new EnumMap<>(Degradation.class);
    private final Map<FailureCause, Counter> modelFailures = new EnumMap<>(FailureCause.class);
    /** By qualified name: sets that have a group in common count it together. */
    private final Map<String, GroupMeters> groups = new ConcurrentHashMap<>();

    /** By {@link FeatureSet#hash}, in the order of the set's groups. */
    private final Map<Integer, List<GroupMeters>> sets = new ConcurrentHashMap<>();

    private final MeterRegistry registry;
    private final Timer features;
    private final Timer model;
    private final Timer policy;
    private final Timer reasons;
    private final Counter hedged;
    private final Counter hedgesWon;
    private final Map<String, Counter> breakerMoves = new LinkedHashMap<>();
    private final Map<ModelReasons.Cause, Counter> unexplained = new EnumMap<>(ModelReasons.Cause.class);

    /** One group's outcomes, and how old what was read is. */
    private record GroupMeters(
            Counter hit, Counter stale, Map<MissCause, Counter> lastKnown, Map<MissCause, Counter> missed, Timer age) {
        /** Clocks may disagree: what is from the future is as of now. */
        void aged(long asOfMs, long nowMs) {
            age.record(Math.max(0, nowMs - asOfMs), TimeUnit.MILLISECONDS);
        }
    }

    public DecisionMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Decision decision : Decision.values()) {
            decisions.put(
                    decision,
                    Timer.builder("tollgate.authorization")
                            .description("payments decided, from the last byte of the request to the recorded decision")
                            .tag("decision", decision.name())
                            .serviceLevelObjectives(BUCKETS)
                            .register(registry));
        }
        for (Degradation how : Degradation.values()) {
            degraded.put(
                    how,
                    Counter.builder("tollgate.degraded")
                            .description("decisions made on a rung of the deadline ladder")
                            .tag("code", how.name())
                            .register(registry));
        }
        for (FailureCause cause : FailureCause.values()) {
            modelFailures.put(
                    cause,
                    Counter.builder("tollgate.model.failures")
                            .description("calls of the model endpoint that gave no score")
                            .tag("cause", cause.name())
                            .register(registry));
        }
        features = stage(registry, "features");
        model = stage(registry, "model");
        policy = stage(registry, "policy");
        reasons = stage(registry, "reasons");
        for (ModelReasons.Cause cause : ModelReasons.Cause.values()) {
            unexplained.put(
                    cause,
                    Counter.builder("tollgate.reasons.missing")
                            .description("payments scored and not approved, and answered without the model's reasons")
                            .tag("cause", cause.name())
                            .register(registry));
        }
        hedged = Counter.builder("tollgate.model.hedged")
                .description("second calls of a slow model endpoint")
                .register(registry);
        hedgesWon = Counter.builder("tollgate.model.hedges.won")
                .description("second calls that brought the score")
                .register(registry);
        for (String state : BREAKER_STATES) {
            breakerMoves.put(
                    state,
                    Counter.builder("tollgate.model.breaker.moves")
                            .description("changes of the model endpoint's breaker, by the state it went to")
                            .tag("state", state)
                            .register(registry));
        }
    }

    private static Timer stage(MeterRegistry registry, String name) {
        return Timer.builder("tollgate.stage")
                .description("time of one step of a decision")
                .tag("stage", name)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private static GroupMeters meters(MeterRegistry registry, GroupSpec spec) {
        Map<MissCause, Counter> missed = new EnumMap<>(MissCause.class);
        Map<MissCause, Counter> lastKnown = new EnumMap<>(MissCause.class);
        for (MissCause cause : MissCause.values()) {
            missed.put(cause, lookup(registry, spec, "miss", cause.name()));
            if (STORE_GAVE_NOTHING.contains(cause)) {
                lastKnown.put(cause, lookup(registry, spec, "stale", cause.name()));
            }
        }
        Timer age = Timer.builder("tollgate.features.age")
                .description("groups of features used, by the time since the newest payment in them")
                .tag("group", spec.qualifiedName())
                .serviceLevelObjectives(AGES)
                .register(registry);
        return new GroupMeters(
                lookup(registry, spec, "hit", ""), lookup(registry, spec, "stale", ""), lastKnown, missed, age);
    }

    private static Counter lookup(MeterRegistry registry, GroupSpec spec, String outcome, String cause) {
        return Counter.builder("tollgate.features.lookups")
                .description("groups of features read, by what was found")
                .tag("group", spec.qualifiedName())
                .tag("outcome", outcome)
                .tag("cause", cause)
                .register(registry);
    }

    @Override
    public void decided(Payment payment, DecisionRecord record, long elapsedNanos) {
        timer(payment.decision()).record(elapsedNanos, TimeUnit.NANOSECONDS);
        features.record(payment.featureNanos(), TimeUnit.NANOSECONDS);
        model.record(payment.modelNanos(), TimeUnit.NANOSECONDS);
        policy.record(payment.policyNanos(), TimeUnit.NANOSECONDS);
        if (payment.reasonNanos() > 0) {
            reasons.record(payment.reasonNanos(), TimeUnit.NANOSECONDS);
        }
        ModelReasons.Cause missing = payment.unexplained();
        if (missing != null) {
            counter(unexplained, missing).increment();
        }
        for (Degradation how : payment.degraded()) {
            counter(degraded, how).increment();
        }
        count(payment.context(), payment.vector().lookups(), payment.decidedAtMs());
    }

    /** Makes a feature set's meters before its first payment is counted. */
    public void expect(FeatureSet set) {
        sets.put(set.hash(), meters(set));
    }

    private List<GroupMeters> meters(FeatureSet set) {
        return set.groups().stream()
                .map(spec -> groups.computeIfAbsent(spec.qualifiedName(), name -> meters(registry, spec)))
                .toList();
    }

    private void count(ServingContext context, List<Lookup> lookups, long nowMs) {
        List<GroupMeters> meters = sets.computeIfAbsent(context.hash(), hash -> meters(context.featureSet()));
        for (int i = 0; i < lookups.size(); i++) {
            count(meters.get(i), lookups.get(i), nowMs);
        }
    }

    private static void count(GroupMeters meters, Lookup lookup, long nowMs) {
        if (lookup instanceof Lookup.Hit hit) {
            meters.hit.increment();
            meters.aged(hit.asOfMs(), nowMs);
        } else if (lookup instanceof Lookup.Stale stale) {
            meters.stale.increment();
            meters.aged(stale.asOfMs(), nowMs);
        } else if (lookup instanceof Lookup.LastKnown known) {
            counter(meters.lastKnown, known.cause()).increment();
            meters.aged(known.asOfMs(), nowMs);
        } else if (lookup instanceof Lookup.Missing missing) {
            counter(meters.missed, missing.cause()).increment();
        }
    }

    private Timer timer(Decision decision) {
        Timer timer = decisions.get(decision);
        if (timer == null) {
            throw new IllegalStateException("every decision has a timer");
        }
        return timer;
    }

    private static <K extends Enum<K>> Counter counter(Map<K, Counter> counters, K key) {
        Counter counter = counters.get(key);
        if (counter == null) {
            throw new IllegalStateException("every value has a counter: " + key);
        }
        return counter;
    }

    @Override
    public void failed(FailureCause cause, String detail) {
        counter(modelFailures, cause).increment();
    }

    @Override
    public void hedged() {
        hedged.increment();
    }

    @Override
    public void hedgeWon() {
        hedgesWon.increment();
    }

    @Override
    public void breakerMoved(String state) {
        LOG.warn("the model endpoint's breaker is {}", state);
        Counter moves = breakerMoves.get(state);
        if (moves != null) {
            moves.increment();
        }
    }

    /** Decisions since the start. */
    public Map<String, Long> decisionTotals() {
        Map<String, Long> totals = new LinkedHashMap<>();
        decisions.forEach((decision, timer) -> totals.put(decision.name(), timer.count()));
        return totals;
    }

    public Map<String, Long> degradedTotals() {
        return totals(degraded);
    }

    public long hits() {
        return (long)
                groups.values().stream().mapToDouble(group -> group.hit.count()).sum();
    }

    public long stale() {
        return (long) groups.values().stream()
                .mapToDouble(group -> group.stale.count()
                        + group.lastKnown.values().stream()
                                .mapToDouble(Counter::count)
                                .sum())
                .sum();
    }

    /** Groups missed since the start, by cause, over all groups. */
    public Map<String, Long> missTotals() {
        Map<String, Long> totals = new LinkedHashMap<>();
        for (MissCause cause : MissCause.values()) {
            double sum = groups.values().stream()
                    .mapToDouble(group -> counter(group.missed, cause).count())
                    .sum();
            totals.put(cause.name(), (long) sum);
        }
        return totals;
    }

    private static <K extends Enum<K>> Map<String, Long> totals(Map<K, Counter> counters) {
        Map<String, Long> totals = new LinkedHashMap<>();
        counters.forEach((key, counter) -> totals.put(key.name(), (long) counter.count()));
        return totals;
    }
}
