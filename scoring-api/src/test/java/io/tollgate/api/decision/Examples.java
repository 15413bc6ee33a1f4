package io.tollgate.api.decision;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.FeatureVector;
import io.tollgate.features.Lookup;
import io.tollgate.features.MissCause;
import io.tollgate.features.TailEvent;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.AuthorizationDraft.TimeBounds;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.policy.Degradation;
import io.tollgate.features.policy.Reason;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.model.FailureCause;
import io.tollgate.model.ModelClient;
import io.tollgate.model.Score;
import io.tollgate.model.ScoreRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Payments for tests. */
final class Examples {
    static final Instant NOW = Instant.parse("2026-11-21T10:15:31Z");

    static final String BODY = """
        {"transactionId":"tx-1096","occurredAt":"2026-11-21T10:15:30.123Z",
         "amount":{"value":"57.16","currency":"EUR"},
         "card":{"token":"c-596","accountId":"a-17","entryMode":"ECOM"},
         "merchant":{"id":"m-3156","categoryCode":"5411","country":"DE"},
         "device":{"id":"d-88","ip":"203.0.113.7"},"location":{"lat":52.52,"lon":13.40}}\
        """;

    private Examples() {}

    static DraftReader.Result read(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new DraftReader((currency, at) -> !currency.equals("XXX"))
                .read(bytes, bytes.length, NOW, TimeBounds.DEFAULT);
    }

    static Authorization authorization() {
        return ((DraftReader.Result.Read) read(BODY)).authorization();
    }

    /** A context of which only the feature set is used. */
    static ServingContext context(FeatureSet set) {
        return new ServingContext(
                FeatureEngine.compile(set, IdHasher.of("a secret only for tests")),
                new NoFeatures(),
                new NoModel(),
                null,
                payment -> new Judge.Verdict(Decision.STEP_UP, List.of(), "none"),
                ShadowJudge.NONE);
    }

    /** Nothing but one context. */
    static ServingContexts contexts(FeatureSet set) {
        ServingContext only = context(set);
        return new ServingContexts() {
            @Override
            public ServingContext active() {
                return only;
            }

            @Override
            public @Nullable ServingContext ofHash(int featureSetHash) {
                return only.hash() == featureSetHash ? only : null;
            }
        };
    }

    private static final class NoFeatures implements FeatureSource {
        @Override
        public void fetch(Authorization authorization, Duration timeout, Consumer<Fetched> then) {
            then.accept(new Fetched.Nothing(MissCause.UNAVAILABLE));
        }

        @Override
        public FeatureVector evaluate(Authorization authorization, Fetched fetched) {
            return new FeatureVector(new double[0], List.of(), List.of(), false);
        }
    }

    static final class NoModel implements ModelClient {
        @Override
        public CompletionStage<Score> score(ScoreRequest request) {
            return CompletableFuture.completedFuture(new Score.NoScore(FailureCause.NO_ENDPOINT));
        }

        @Override
        public void close() {}
    }

    /** A payment that was decided on every kind of look-up and of number. */
    static Payment decided(FeatureSet set) {
        Payment payment = new Payment(
                context(set), authorization(), new Deadline(0, Duration.ofMillis(50)), TraceParent.orNew(null));
        Random random = new Random(7);
        double[] values = new double[set.features().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 3 == 0 ? random.nextDouble() * 1e6 : i % 3 == 1 ? random.nextInt(100_000) : 0;
        }
        values[1] = Double.NaN;
        List<Lookup> lookups = new ArrayList<>();
        for (int i = 0; i < set.groups().size(); i++) {
            lookups.add(
                    switch (i % 5) {
                        case 0 -> new Lookup.Hit(1_795_000_000_000L, 1_795_000_000_150L, 12L << 32 | 7);
                        case 1 -> new Lookup.Missing(MissCause.NEW_ENTITY);
                        case 2 -> Lookup.NOT_APPLICABLE;
                        case 3 -> new Lookup.Stale(1_795_000_000_000L, 1_795_000_000_150L, -1);
                        default ->
                            new Lookup.LastKnown(1_795_000_000_000L, 1_795_000_000_150L, 12L << 32 | 7, MissCause.SHED);
                    });
        }
        payment.evaluated(new FeatureVector(values, lookups, List.of(new TailEvent("tx-1095", 0b11)), false), 400_000);
        payment.scored(0.4213, "fraud/7");
        payment.degrade(Degradation.MODEL_LOCAL);
        payment.decided(
                Decision.STEP_UP,
                List.of(new Reason("CARD_VELOCITY_1M", "7 payments with this card within a \"minute\"", 0.31)),
                "2026-11-01",
                NOW.toEpochMilli(),
                4_000);
        return payment;
    }
}
