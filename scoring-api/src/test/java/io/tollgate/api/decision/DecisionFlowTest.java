package io.tollgate.api.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.api.outbox.Outbox;
import io.tollgate.api.outbox.OutboxSettings;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.FeatureVector;
import io.tollgate.features.MissCause;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A payment's way when something on it has a defect. */
class DecisionFlowTest {
    private static final FeatureSet SET = FeatureSets.fraudV3();
    private static final IdHasher HASHER = IdHasher.of("a secret only for tests");

    @TempDir
    Path directory;

    /** Fails after it has sent its question, whose answer comes all the same. */
    private static final class Failing implements FeatureSource {
        private final FeatureEngine engine = FeatureEngine.compile(SET, HASHER);

        @Nullable
        Consumer<Fetched> asked;

        @Override
        public void fetch(Authorization authorization, Duration timeout, Consumer<Fetched> then) {
            asked = then;
            throw new IllegalStateException("a bug, for a test");
        }

        @Override
        public FeatureVector evaluate(Authorization authorization, Fetched fetched) {
            return engine.reader().unavailable(authorization, MissCause.TIMEOUT);
        }
    }

    private static final class AlwaysFree implements Claims {
        @Override
        public @Nullable DecisionRecord remembered(String transactionId) {
            return null;
        }

        @Override
        public void remember(String transactionId, DecisionRecord record) {}

        @Override
        public void claim(String transactionId, DecisionRecord record, Duration timeout, Consumer<Claim> then) {
            then.accept(new Claim.Won());
        }

        @Override
        public Claim claimLocally(String transactionId, DecisionRecord record) {
            return new Claim.Won();
        }

        @Override
        public Mono<DecisionRecord> find(String transactionId, Duration timeout) {
            return Mono.empty();
        }
    }

    @Test
    void payment_isAnsweredOnce_whenAReplyComesBehindTheBugThatEndedIt() throws Exception {
        Failing features = new Failing();
        ServingContext context = new ServingContext(
                FeatureEngine.compile(SET, HASHER),
                features,
                new Examples.NoModel(),
                null,
                payment -> new Judge.Verdict(Decision.STEP_UP, List.of(), "none"),
                ShadowJudge.NONE);
        ConcurrencyLimit limit = new ConcurrencyLimit(1, 4);
        Duration ms = Duration.ofMillis(5);
        Budget budget = new Budget(ms.multipliedBy(10), ms.multipliedBy(10), ms, ms, ms, ms);
        OutboxSettings settings = new OutboxSettings(
                directory,
                1 << 20,
                4L << 20,
                Duration.ofMinutes(1),
                Duration.ZERO,
                Duration.ZERO,
                OutboxSettings.AtBound.KEEP_DECIDING);
        List<String> endings = new ArrayList<>();
        try (Outbox outbox = Outbox.open(settings, Clock.systemUTC());
                ReasonWorkers workers = new ReasonWorkers(1, Thread::new, Schedulers::immediate)) {
            DecisionFlow flow = new DecisionFlow(
                    Examples.contexts(SET),
                    new AlwaysFree(),
                    outbox,
                    limit,
                    budget,
                    workers,
                    HASHER,
                    (payment, record, nanos) -> {},
                    Clock.systemUTC(),
                    1);
            Payment payment = new Payment(
                    context,
                    Examples.authorization(),
                    new Deadline(System.nanoTime(), budget.total()),
                    TraceParent.orNew(null));

            flow.decide(payment, new DecisionFlow.Ending() {
                @Override
                public void answered(Answer answer) {
                    endings.add("answered");
                }

                @Override
                public void failed(Throwable bug) {
                    endings.add("failed");
                }
            });
            Objects.requireNonNull(features.asked).accept(new FeatureSource.Fetched.Nothing(MissCause.TIMEOUT));
        }

        assertThat(endings).containsExactly("failed");
        assertThat(limit.inFlight()).isZero();
    }
}
