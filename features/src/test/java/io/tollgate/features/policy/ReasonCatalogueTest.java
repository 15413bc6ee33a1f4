package io.tollgate.features.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSetReader;
import io.tollgate.features.spec.FeatureSets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReasonCatalogueTest {
    private static final ReasonCatalogue CATALOGUE = ReasonCatalogue.of(PolicyFixture.FEATURES);

    @Test
    void forFeature_usesDeclaredCodeAndMessage() {
        assertThat(CATALOGUE.forFeature(2, 1234.567, 0.8))
                .isEqualTo(new Reason("DEVICE_SPEND", "1234.57 EUR spent with this device", 0.8));
        assertThat(CATALOGUE.forFeature(1, 1, 0.2))
                .isEqualTo(new Reason("NEW_DEVICE", "A device that the card was not used with", 0.2));
    }

    @Test
    void forFeature_derivesCodeAndMessage_whenNoneIsDeclared() {
        assertThat(CATALOGUE.forFeature(0, 7, -0.1))
                .isEqualTo(new Reason("CARD_TX_COUNT_1M", "Payments with the card: 7 payments", -0.1));
    }

    @Test
    void of_refuses_whenMessageHasAnotherPlaceholder() {
        FeatureSet set = FeatureSetReader.read("set.yaml", """
                featureSet: test
                version: v1
                baseCurrency: EUR
                features:
                  - {name: x, type: number, unit: EUR, description: d, default: 0, defaultReason: none, derive: amount,
                     reason: {code: X, message: '{amount} EUR'}}
                """);

        assertThatThrownBy(() -> ReasonCatalogue.of(set))
                .hasMessageStartingWith("feature x: reason: message: unknown name 'amount'");
    }

    /** The page is the text of {@link ReasonPage#markdown}; after a change, put that text in its place. */
    @Test
    void page_isThatOfTheDefaultPolicy() {
        FeatureSet set = FeatureSets.fraudV3();

        assertThat(Path.of("..", "docs", "reasons.md"))
                .hasContent(ReasonPage.markdown(Policies.find(Policies.DEFAULT, set), set));
    }

    @Test
    void defaultFeatureSet_givesEveryFeatureAReason() {
        ReasonCatalogue catalogue = ReasonCatalogue.of(FeatureSets.fraudV3());

        assertThat(catalogue.entries()).hasSameSizeAs(FeatureSets.fraudV3().features());
        assertThat(catalogue.entries()).allSatisfy(entry -> {
            assertThat(entry.code()).matches("[A-Z][A-Z0-9_]{2,63}");
            assertThat(entry.message()).isNotBlank();
        });
    }
}
