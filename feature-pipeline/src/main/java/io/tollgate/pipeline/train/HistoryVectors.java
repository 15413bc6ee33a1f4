package io.tollgate.pipeline.train;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.EventOrder;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.csv.CsvRow;
import io.tollgate.features.domain.FeatureEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Walks through past payments as they happened: evaluates each payment's vector from what was known just before it, then
 * lets its entities know of it; outcomes are heard of when they became known, not before.
 *
 * <p>Holds the entities' states and the outcomes still to come. Confined to one thread.
 */
final class HistoryVectors {
    /** Files are written by the second, and within it in the order of some database. */
    private static final Duration DISORDER = Duration.ofMinutes(1);

    private final FeatureEngine engine;
    private final Instant labelCutoff;
    private final TrainingSet set;
    private final Map<EntityRef, EntityState> states = new HashMap<>();
    private final Map<String, FeatureEvent.Outcome> truth = new HashMap<>();
    private final PriorityQueue<FeatureEvent> pending = new PriorityQueue<>(EventOrder.COMPARATOR);
    private long heardUntil = Long.MIN_VALUE;
    private long rejected;
    private long unlabelled;

    /**
     * @param labelCutoff outcomes that became known later are no labels
     */
    HistoryVectors(FeatureEngine engine, Instant labelCutoff) {
        this.engine = engine;
        this.labelCutoff = labelCutoff;
        this.set = new TrainingSet(engine.vectorLength());
    }

    /** The labelled vectors of all payments. */
    TrainingSet read(Iterator<CsvRow> rows) {
        while (rows.hasNext()) {
            CsvRow row = rows.next();
            if (row instanceof CsvRow.Payment payment) {
                add(payment);
            } else {
                rejected++;
            }
        }
        hear(Long.MAX_VALUE);
        return set;
    }

    /** Rows that were no payments, or paid in a currency without a rate. */
    long rejected() {
        return rejected;
    }

    /** Payments whose outcome was not known at the cut-off: they are no examples, but others' features count them. */
    long unlabelled() {
        return unlabelled;
    }

    private void add(CsvRow.Payment payment) {
        FeatureEvent.Decided decided = payment.decided();
        if (!engine.supportsCurrency(
                decided.authorization().amount().currency(),
                decided.authorization().occurredAt())) {
            rejected++;
            return;
        }
        if (decided.timeMs() < heardUntil) {
            throw new TrainingException("line " + payment.line() + " is more than " + DISORDER.toSeconds()
                    + " s older than a line before it; sort the file by time");
        }
        pending.add(decided);
        FeatureEvent.Outcome outcome = payment.outcome();
        if (outcome != null) {
            pending.add(outcome);
            if (!outcome.knownAt().isAfter(labelCutoff)) {
                truth.put(decided.eventId(), outcome);
            }
        }
        hear(decided.timeMs() - DISORDER.toMillis());
    }

    /** Takes up all events before an instant, in the order in which they became known. */
    private void hear(long before) {
        heardUntil = Math.max(heardUntil, before);
        for (FeatureEvent next = pending.peek(); next != null && next.timeMs() < before; next = pending.peek()) {
            pending.remove();
            if (next instanceof FeatureEvent.Decided decided) {
                evaluate(decided);
            }
            for (EntityRef entity : engine.entitiesOf(next)) {
                states.computeIfAbsent(entity, e -> engine.newOrderedState(e.type()))
                        .fold(next);
            }
        }
    }

    private void evaluate(FeatureEvent.Decided payment) {
        FeatureEvent.Outcome outcome = truth.remove(payment.eventId());
        if (outcome == null) {
            unlabelled++;
            return;
        }
        double[] vector = engine.defaults();
        for (EntityRef entity : engine.entitiesReadBy(payment.authorization())) {
            EntityState state = states.get(entity);
            if (state != null) {
                state.evaluate(payment, vector);
            }
        }
        engine.derive(payment.authorization(), vector);
        set.add(vector, outcome.fraud(), payment.authorization().occurredAt(), outcome.knownAt());
    }
}
