package io.tollgate.pipeline.publish;

import static io.tollgate.pipeline.publish.Payments.payment;
import static io.tollgate.pipeline.publish.Payments.reference;
import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.EntityState;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RememberedEntityTest {
    private static final long SEED = 20_261_122;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final FeatureEngine engine =
            FeatureEngine.compile(FeatureSets.fraudV3(), IdHasher.of("secret only for tests"));
    private final StateHorizon horizon = new StateHorizon(engine.featureSet());
    private final long silenceMs = horizon.millis(EntityType.CARD);

    @Test
    void horizon_outlivesEveryKeyOfTheEntity_evenWithTheLongestJitter() {
        engine.featureSet()
                .groups()
                .forEach(group -> assertThat(horizon.millis(group.entity()))
                        .as(group.qualifiedName())
                        .isGreaterThan(group.timeToLive().toMillis() * 11 / 10));
    }

    @Test
    void fold_equalsAPlainFoldOfWhatCameSinceTheLastSilence_overRandomGaps() {
        Random random = new Random(SEED);
        for (int run = 0; run < 50; run++) {
            RememberedEntity remembered = unknown();
            List<FeatureEvent> sinceSilence = new ArrayList<>();
            Instant at = START;
            int silences = 0;
            for (int i = 0; i < 60; i++) {
                boolean silent = random.nextInt(12) == 0;
                at = at.plusMillis(silent ? silenceMs + 1 + random.nextInt(1000) : random.nextInt(1_000_000_000));
                if (silent) {
                    silences++;
                    sinceSilence.clear();
                }
                FeatureEvent event = payment("tx-" + run + "-" + i, at);
                sinceSilence.add(event);
                remembered.fold(event, at.toEpochMilli());
                if (random.nextInt(4) == 0) {
                    remembered = RememberedEntity.decode(engine, horizon, EntityType.CARD, remembered.encode());
                }
            }
            EntityState plain = engine.newState(EntityType.CARD);
            sinceSilence.forEach(plain::fold);
            assertThat(remembered.state().encode())
                    .as("seed %d, run %d, %d silences", SEED, run, silences)
                    .isEqualTo(plain.encode());
        }
    }

    @Test
    void fold_keepsEverything_whenTheSilenceIsJustNotLongEnough() {
        RememberedEntity remembered = unknown();
        FeatureEvent first = payment("tx-1", START);
        FeatureEvent second = payment("tx-2", START.plusMillis(silenceMs));
        remembered.fold(first, START.toEpochMilli());
        remembered.fold(second, START.toEpochMilli() + silenceMs);

        EntityState plain = engine.newState(EntityType.CARD);
        plain.fold(first);
        plain.fold(second);
        assertThat(remembered.state().encode()).isEqualTo(plain.encode());
    }

    @Test
    void fold_keepsReferenceData_whenThePastIsForgotten() {
        Instant late = START.plus(Duration.ofMillis(silenceMs + 1));
        RememberedEntity remembered = unknown();
        remembered.fold(reference(START), START.toEpochMilli());
        remembered.fold(payment("tx-1", START), START.toEpochMilli());
        remembered.fold(payment("tx-2", late), late.toEpochMilli());

        EntityState plain = engine.newState(EntityType.CARD);
        plain.fold(reference(START));
        plain.fold(payment("tx-2", late));
        assertThat(remembered.state().encode()).isEqualTo(plain.encode());
    }

    @Test
    void fold_doesNotProlongMemory_whenOnlyADuplicateCame() {
        Instant late = START.plusMillis(silenceMs + 1);
        RememberedEntity remembered = unknown();
        remembered.fold(payment("tx-1", START), START.toEpochMilli());
        assertThat(remembered.fold(payment("tx-1", START), START.toEpochMilli() + 5_000))
                .isFalse();
        remembered.fold(payment("tx-2", late), late.toEpochMilli());

        EntityState plain = engine.newState(EntityType.CARD);
        plain.fold(payment("tx-2", late));
        assertThat(remembered.state().encode()).isEqualTo(plain.encode());
    }

    private RememberedEntity unknown() {
        return RememberedEntity.unknown(engine, horizon, EntityType.CARD);
    }
}
