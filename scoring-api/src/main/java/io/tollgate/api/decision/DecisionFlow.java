package io.tollgate.api.decision;

import io.tollgate.api.decision.Claims.Claim;
import io.tollgate.api.decision.FeatureSource.Fetched;
import io.tollgate.api.decision.ModelReasons.Cause;
import io.tollgate.api.decision.ModelReasons.Outcome;
import io.tollgate.api.outbox.Outbox;
import io.tollgate.api.outbox.OutboxRecord;
import io.tollgate.features.FeatureVector;
import io.tollgate.features.Lookup;
import io.tollgate.features.MissCause;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.policy.Degradation;
import io.tollgate.model.Score;
import io.tollgate.model.ScoreRequest;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One payment's way: fetch, evaluate, score, judge, explain, record. Only fetch, score, explain (what is not approved)
 * and record wait, each for its share of the deadline and with a fallback; the rest is plain code on the thread that read the request. Thread-safe.
 *
 * <p>Recording comes last and settles everything: the claim in the shared store is atomic, so of two twins that were both
 * computed one stands, and both get its bytes. The event goes into the outbox after the claim and before the answer. A
 * process killed between the two leaves a claim without an event; a retry, or a twin, that finds a claim of which this
 * process does not remember the event appends it again, under the same id, which the pipeline counts once.
 */
public final class DecisionFlow {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionFlow.class);

    private final ServingContexts contexts;
    private final Claims claims;
    private final Outbox outbox;
    private final ConcurrencyLimit limit;
    private final Budget budget;
    private final ReasonWorkers workers;
    private final IdHasher hasher;
    private final DecisionListener listener;
    private final Clock clock;
    private final long writer;

    /**
     * @param contexts for decisions that were made on another feature set than the one that is asked for now
     * @param writer identifies this run of this process among all that share the store
     */
    public DecisionFlow(
            ServingContexts contexts,
            Claims claims,
            Outbox outbox,
            ConcurrencyLimit limit,
            Budget budget,
            ReasonWorkers workers,
            IdHasher hasher,
            DecisionListener listener,
            Clock clock,
            long writer) {
        this.contexts = contexts;
        this.claims = claims;
        this.outbox = outbox;
        this.limit = limit;
        this.budget = budget;
        this.workers = workers;
        this.hasher = hasher;
        this.listener = listener;
        this.clock = clock;
        this.writer = writer;
    }

    /** Told, exactly once, how a payment ended. */
    public interface Ending {
        void answered(Answer answer);

        /** For a reason that is our own: nothing that a dependency does. */
        void failed(Throwable bug);
    }

    /** Decides a payment, or finds what was decided. Does not wait; the ending is told on this thread or its event loop. */
    public void decide(Payment payment, Ending ending) {
        Answer atOnce;
        try {
            atOnce = withoutWaiting(payment);
        } catch (RuntimeException | Error bug) {
            ending.failed(bug);
            return;
        }
        if (atOnce == null) {
            new Way(payment, ending).fetch();
        } else {
            ending.answered(atOnce);
        }
    }

    /** Null when the payment has a place among those that may wait. */
    private @Nullable Answer withoutWaiting(Payment payment) {
        DecisionRecord earlier = claims.remembered(payment.id());
        if (earlier != null) {
            return replay(payment, earlier);
        }
        if (!outbox.accepting()) {
            return new Answer.Refused();
        }
        return limit.tryEnter() ? null : shed(payment);
    }

    /**
     * A payment on its way from wait to wait. Plain calls: as operators of a reactive library, its steps cost as much as
     * half of what they compute. Confined to the request's event loop.
     */
    private final class Way {
        private final Payment payment;
        private final Ending ending;
        private boolean ended;

        Way(Payment payment, Ending ending) {
            this.payment = payment;
            this.ending = ending;
        }

        void fetch() {
            step(() -> {
                payment.context()
                        .features()
                        .fetch(
                                payment.authorization(),
                                allot(payment, budget.features(), budget.reserve()),
                                fetched -> step(() -> {
                                    evaluate(payment, fetched);
                                    score();
                                }));
                // While Redis works.
                var unused = payment.digest();
            });
        }

        private void score() {
            long start = System.nanoTime();
            Duration time = payment.deadline().allot(budget.total(), budget.afterModel(), start);
            ScoreRequest request = new ScoreRequest(payment.vector().values(), 0, time, payment.traceparent());
            var unused = payment.context()
                    .model()
                    .score(request)
                    .whenComplete((score, bug) -> step(() -> {
                        if (bug != null) {
                            fail(bug);
                            return;
                        }
                        scored(payment, score, System.nanoTime() - start);
                        judge(payment);
                        explain();
                    }));
        }

        /** What the model saw in a payment that is not approved; approvals, most of all, go on at once. */
        private void explain() {
            String model = payment.model();
            if (payment.decision() == Decision.APPROVE || model == null) {
                record();
                return;
            }
            ModelReasons reasons = payment.context().reasons();
            if (reasons == null) {
                payment.explained(new Outcome.Unknown(Cause.NO_ARTIFACT), 0);
                record();
                return;
            }
            long start = System.nanoTime();
            Duration time = payment.deadline().allot(budget.reasons(), budget.reserve(), start);
            var unused = workers.explain(
                            reasons, model, payment.score(), payment.vector().values(), time)
                    .subscribe(
                            outcome -> step(() -> {
                                payment.explained(outcome, System.nanoTime() - start);
                                record();
                            }),
                            this::fail);
        }

        private void record() {
            DecisionRecord record = recordOf(payment);
            claims.claim(
                    payment.id(),
                    record,
                    allot(payment, budget.record(), Duration.ZERO),
                    claim -> step(() -> end(settle(payment, record, claim))));
            // While Redis works; nearly every claim is won, and then needs it.
            step(payment::event);
        }

        /** Nothing for a payment that is answered: a bug may have ended it while something was still under way. */
        private void step(Runnable step) {
            if (ended) {
                return;
            }
            try {
                step.run();
            } catch (Throwable bug) {
                // Errors as well: above are callbacks of a client library, which would only write them to the log.
                fail(bug);
            }
        }

        private void end(Answer answer) {
            ended = true;
            leave(payment);
            ending.answered(answer);
        }

        private void fail(Throwable bug) {
            if (ended) {
                LOG.error("what was decided was not passed on, for a reason that is our own", bug);
                return;
            }
            ended = true;
            leave(payment);
            ending.failed(bug);
        }
    }

    private Duration allot(Payment payment, Duration wish, Duration reserve) {
        return payment.deadline().allot(wish, reserve, System.nanoTime());
    }

    private void evaluate(Payment payment, Fetched fetched) {
        if (fetched instanceof Fetched.Nothing nothing) {
            payment.degrade(
                    nothing.cause() == MissCause.TIMEOUT
                            ? Degradation.FEATURES_TIMEOUT
                            : Degradation.FEATURES_UNAVAILABLE);
        }
        FeatureVector vector = payment.context().features().evaluate(payment.authorization(), fetched);
        if (fetched instanceof Fetched.Nothing) {
            tellLastKnown(payment, vector);
        }
        payment.evaluated(vector, System.nanoTime() - payment.deadline().startNanos());
    }

    private static void tellLastKnown(Payment payment, FeatureVector vector) {
        if (vector.lookups().stream().anyMatch(Lookup.LastKnown.class::isInstance)) {
            payment.degrade(Degradation.FEATURES_LAST_KNOWN);
        }
    }

    private static void scored(Payment payment, Score score, long tookNanos) {
        if (score instanceof Score.Scored scored) {
            payment.scored(scored.probability(), scored.model().toString());
        } else if (score instanceof Score.LocalScore local) {
            payment.scored(local.probability(), local.model().toString());
            payment.degrade(Degradation.MODEL_LOCAL);
        } else {
            payment.degrade(Degradation.NO_MODEL);
        }
        payment.modelTook(tookNanos);
    }

    private void judge(Payment payment) {
        long start = System.nanoTime();
        Judge.Verdict verdict = payment.context().judge().judge(payment);
        payment.decided(
                verdict.decision(), verdict.reasons(), verdict.policy(), clock.millis(), System.nanoTime() - start);
    }

    private DecisionRecord recordOf(Payment payment) {
        ServingContext context = payment.context();
        byte[] answer = AnswerJson.encode(payment, context.featureSet().version());
        return DecisionRecord.of(payment, writer, context.hash(), answer);
    }

    private Answer settle(Payment payment, DecisionRecord record, Claim claim) {
        if (claim instanceof Claim.Lost lost) {
            return replay(payment, lost.standing());
        }
        if (outbox.append(event(payment, payment.event(), payment.decidedAtMs()))) {
            claims.remember(payment.id(), record);
        } else if (!outbox.answersWithoutEvent()) {
            // The claim stands; the retry finds it without an event and tries again.
            return new Answer.Refused();
        }
        listener.decided(payment, record, System.nanoTime() - payment.deadline().startNanos());
        return new Answer.Decided(record, payment, false);
    }

    private OutboxRecord event(Payment payment, byte[] json, long decidedAtMs) {
        String card = hasher.idHash(
                EntityType.CARD, payment.authorization().card().token().value());
        return new OutboxRecord(card, payment.id(), decidedAtMs, payment.traceparent(), json);
    }

    private Answer replay(Payment payment, DecisionRecord standing) {
        if (!standing.isFor(payment.digest())) {
            return new Answer.Conflict();
        }
        // Of a set that is not held here the groups' names are unknown: the event is left to a replica that knows them.
        ServingContext context = contexts.ofHash(standing.featureSetHash());
        if (standing.writer() != writer && context != null) {
            if (outbox.append(event(payment, context.events().encode(payment, standing), clock.millis()))) {
                claims.remember(payment.id(), standing.writtenBy(writer));
            } else if (!outbox.answersWithoutEvent()) {
                return new Answer.Refused();
            }
        }
        return new Answer.Decided(standing, null, true);
    }

    /** Bounded time under overload: the request, what this process knows and the rules, nothing that waits. */
    private Answer shed(Payment payment) {
        payment.degrade(Degradation.SHED);
        payment.degrade(Degradation.NO_MODEL);
        FeatureVector blind =
                payment.context().features().evaluate(payment.authorization(), new Fetched.Nothing(MissCause.SHED));
        tellLastKnown(payment, blind);
        payment.evaluated(blind, 0);
        judge(payment);
        DecisionRecord record = recordOf(payment);
        return settle(payment, record, claims.claimLocally(payment.id(), record));
    }

    private void leave(Payment payment) {
        long now = System.nanoTime();
        Deadline deadline = payment.deadline();
        limit.leave(now - deadline.startNanos(), deadline.budget().toNanos(), now);
    }
}
