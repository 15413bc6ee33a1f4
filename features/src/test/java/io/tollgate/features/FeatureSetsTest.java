package io.tollgate.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.domain.EntityType;
import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureCatalogue;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSetReader;
import io.tollgate.features.spec.FeatureSets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureSetsTest {
    private static final IdHasher HASHER = IdHasher.of("a secret only for tests");

    @ParameterizedTest
    @ValueSource(strings = {"fraud-v3", "handbook-v1", "sparkov-v1"})
    void builtInSet_compiles(String name) {
        FeatureSet set = FeatureSets.find(name);
        FeatureEngine engine = FeatureEngine.compile(set, HASHER);
        assertThat(engine.vectorLength()).isEqualTo(set.features().size());
        assertThat(set.id()).isEqualTo(name);
    }

    /** Golden bytes: keys are a contract with everything that was ever published. */
    @Test
    void key_isThatOfTheLayout() {
        FeatureEngine engine = FeatureEngine.compile(FeatureSets.fraudV3(), HASHER);
        byte[][] keys = engine.keys(
                Payments.at("tx-1", Payments.START_MS, "c-596", "m-1", "1.00").authorization());
        assertThat(new String(keys[0], StandardCharsets.US_ASCII))
                .isEqualTo("fs:v3:{card:" + HASHER.idHash(EntityType.CARD, "c-596") + "}:activity");
        assertThat(new String(engine.progressKey(), StandardCharsets.US_ASCII)).isEqualTo("fs:v3:progress");
    }

    @Test
    void busiestMerchant_staysUnderTwoKilobytes() {
        FeatureEngine engine = FeatureEngine.compile(FeatureSets.fraudV3(), HASHER);
        EntityState state = engine.newOrderedState(EntityType.MERCHANT);
        for (int i = 0; i < 700_000; i++) {
            state.fold(Payments.at(
                    "tx-" + i, Payments.START_MS + i * 1_000L, "c-" + (i * 31) % 5_000, "m-1", "" + (i % 300 + 1)));
        }
        // An hour of the busiest: ten payments a second, each of another card.
        for (int i = 700_000; i < 736_000; i++) {
            long atMs = Payments.START_MS + 700_000_000L + (i - 700_000) * 100L;
            state.fold(Payments.at("tx-" + i, atMs, "c-" + i, "m-1", "" + (i % 300 + 1)));
        }
        state.publish("x", 1, 2)
                .forEach(p ->
                        assertThat(p.blob().length).as("group %d", p.group()).isLessThan(2_048));
    }

    @Test
    void exampleOfThePage_compiles() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "feature-sets.md"));
        String example = page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("\n```\n"));
        assertThat(FeatureEngine.compile(FeatureSetReader.read("feature-sets.md", example), HASHER)
                        .vectorLength())
                .isEqualTo(2);
    }

    /** The page is the text of {@link FeatureCatalogue#markdown}; after a change, put that text in its place. */
    @Test
    void cataloguePage_isThatOfTheDefaultSet() throws IOException {
        Path page = Path.of("..", "docs", "features.md");
        assertThat(page).hasContent(FeatureCatalogue.markdown(FeatureSets.fraudV3()));
    }
}
