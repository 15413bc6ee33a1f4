package io.tollgate.features.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.domain.EntityType;
import org.junit.jupiter.api.Test;

class IdHasherTest {
    private static final String SECRET = "a secret only for tests";

    @Test
    void idHash_dependsOnTypeAndTokenOnly_howeverManyWereHashedBefore() {
        IdHasher used = IdHasher.of(SECRET);
        // Far more than are remembered, each type's tokens alike, and everything twice.
        for (int i = 0; i < 4_000; i++) {
            String token = "t-" + i % 1_000;
            for (EntityType type : EntityType.values()) {
                String hash = used.idHash(type, token);
                assertThat(used.idHash(type, token)).isEqualTo(hash);
                if (i % 100 == 0) {
                    assertThat(hash)
                            .isEqualTo(IdHasher.of(SECRET).idHash(type, token))
                            .hasSize(16);
                }
            }
        }
    }

    @Test
    void idHash_differsBetweenSecretsAndTypes() {
        IdHasher hasher = IdHasher.of(SECRET);
        String card = hasher.idHash(EntityType.CARD, "x");
        assertThat(hasher.idHash(EntityType.DEVICE, "x")).isNotEqualTo(card);
        assertThat(IdHasher.of("another secret of tests").idHash(EntityType.CARD, "x"))
                .isNotEqualTo(card);
    }
}
