package io.tollgate.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.policy.GroupHealth;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes that were read for an earlier payment tell the later one what they would have told it if read now. */
class LastKnownTest {
    private static final FeatureSet SET = FeatureSets.fraudV3();
    private static final FeatureEngine ENGINE = FeatureEngine.compile(SET, IdHasher.of("a secret only for tests"));
    private static final long SEQUENCE = 7;
    private static final int PAYMENTS = 8;
    private static final long MINUTE_MS = 60_000;
    private static final long LAST_MS = Payments.START_MS + PAYMENTS * MINUTE_MS;
    private static final long PUBLISHED_MS = LAST_MS + MINUTE_MS;

    private final VectorReader reader = ENGINE.reader();
    private final byte[][] held = new byte[SET.groups().size() + SET.tails().size()][];

    LastKnownTest() {
        EntityState merchant = ENGINE.newState(EntityType.MERCHANT);
        for (int i = 1; i <= PAYMENTS; i++) {
            merchant.fold(Payments.at("tx-" + i, Payments.START_MS + i * MINUTE_MS, "c-" + i, "m-1", "10.00"));
        }
        merchant.publish("hash", SEQUENCE, PUBLISHED_MS)
                .forEach(published -> held[published.group()] = published.blob());
    }

    private static FeatureEvent.Decided later(Duration by) {
        return Payments.at("tx-later", PUBLISHED_MS + by.toMillis(), "c-later", "m-1", "10.00");
    }

    @Test
    void vector_isTheOneThatAReadWouldGive_exceptForTheGroupsThatAreNotHeld() {
        for (Duration by : List.of(Duration.ZERO, Duration.ofMinutes(5), Duration.ofHours(2))) {
            FeatureVector read = reader.read(later(by).authorization(), held, false);

            FeatureVector known = reader.lastKnown(later(by).authorization(), held, MissCause.UNAVAILABLE);

            for (int slot : ENGINE.slots(group("merchant:activity"))) {
                assertThat(known.values()[slot])
                        .as(SET.features().get(slot).name())
                        .isEqualTo(read.values()[slot]);
            }
            for (int slot : ENGINE.slots(group("card:activity"))) {
                assertThat(known.values()[slot]).isEqualTo(ENGINE.defaults()[slot]);
            }
        }
    }

    @Test
    void lookup_tellsAgesAndCause_andCountsAsStale() {
        FeatureVector known = reader.lastKnown(later(Duration.ZERO).authorization(), held, MissCause.TIMEOUT);

        Lookup merchant = known.lookups().get(group("merchant:activity"));
        assertThat(merchant).isEqualTo(new Lookup.LastKnown(LAST_MS, PUBLISHED_MS, SEQUENCE, MissCause.TIMEOUT));
        assertThat(GroupHealth.of(merchant)).isEqualTo(GroupHealth.STALE);
        Lookup card = known.lookups().get(group("card:activity"));
        assertThat(card).isEqualTo(new Lookup.Missing(MissCause.TIMEOUT));
        assertThat(GroupHealth.of(card)).isEqualTo(GroupHealth.BLIND);
    }

    private static int group(String name) {
        return SET.groups().stream()
                .filter(spec -> spec.qualifiedName().equals(name))
                .findFirst()
                .orElseThrow()
                .index();
    }
}
