package io.tollgate.api.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tollgate.api.decision.ConcurrencyLimit;
import io.tollgate.api.outbox.Outbox;
import io.tollgate.api.sets.FleetSwitch;
import io.tollgate.api.sets.LoadedSets;
import io.tollgate.api.store.RedisBreaker;

/** What stands rather than happens: outbox, freshness, limits, breakers. */
public final class ServiceGauges {
    private static final double SECOND = 1_000;

    public ServiceGauges(
            MeterRegistry registry,
            Outbox outbox,
            LoadedSets sets,
            FleetSwitch fleet,
            ConcurrencyLimit limit,
            RedisBreaker redis) {
        Gauge.builder("tollgate.outbox.depth", outbox, Outbox::depth)
                .description("events that the hub has not acknowledged")
                .register(registry);
        Gauge.builder("tollgate.outbox.age", outbox, it -> it.oldestAgeMs() / SECOND)
                .description("how long the oldest event that the hub has not acknowledged has waited")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("tollgate.outbox.unsent", outbox, Outbox::unsentBytes)
                .description("size on disk of the events that the hub has not acknowledged")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("tollgate.outbox.disk.full", outbox, it -> it.diskFull() ? 1 : 0)
                .description("1 while the disk has no room for the outbox's next segment")
                .register(registry);
        FunctionCounter.builder("tollgate.events.sent", outbox, Outbox::acknowledgedEvents)
                .description("events that the hub has acknowledged since the start, and those set aside")
                .register(registry);
        FunctionCounter.builder("tollgate.events.refused", outbox, Outbox::refusedEvents)
                .description("events that found no room in the outbox: decided payments that history does not have")
                .register(registry);
        FunctionCounter.builder("tollgate.events.set.aside", outbox, Outbox::setAsideEvents)
                .description("events that the hub will never take, kept in the outbox's set-aside.jsonl")
                .register(registry);
        Gauge.builder("tollgate.feature.set.revision", fleet, it -> it.fleet().revision())
                .description("how often the fleet's feature set was switched, as far as this replica has heard")
                .register(registry);
        Gauge.builder("tollgate.feature.set.out.of.step", fleet, it -> it.problem() == null ? 0 : 1)
                .description("1 while this replica cannot serve the feature set that the fleet serves")
                .register(registry);
        Gauge.builder(
                        "tollgate.features.staleness",
                        sets,
                        it -> it.serving().progress().stalenessMs() / SECOND)
                .description("since the pipeline last wrote features")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("tollgate.concurrency.limit", limit, ConcurrencyLimit::limit)
                .description("payments that may be in flight before the rest is shed")
                .register(registry);
        Gauge.builder("tollgate.concurrency.inflight", limit, ConcurrencyLimit::inFlight)
                .description("payments in flight")
                .register(registry);
        Gauge.builder("tollgate.redis.breaker.open", redis, it -> it.state().equals("CLOSED") ? 0 : 1)
                .description("1 while Redis is not asked")
                .register(registry);
    }
}
