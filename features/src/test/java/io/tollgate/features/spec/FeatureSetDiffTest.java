package io.tollgate.features.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.spec.FeatureSetDiff.Change;
import io.tollgate.features.spec.FeatureSetDiff.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureSetDiffTest {
    private static final String V3 = FeatureSets.file("fraud-v3").text();
    private static final FeatureSet BEFORE = FeatureSetReader.read("v3.yaml", V3);

    private static FeatureSetDiff against(String text) {
        return FeatureSetDiff.between(BEFORE, FeatureSetReader.read("v4.yaml", text));
    }

    @Test
    void between_isEmptyAndTheModelFits_whenNothingDiffers() {
        FeatureSetDiff diff = against(V3);

        assertThat(diff.isEmpty()).isTrue();
        assertThat(diff.sameHash()).isTrue();
    }

    @Test
    void between_namesWhatChanged_beforeAndAfter() {
        FeatureSetDiff diff =
                against(V3.replace("version: v3", "version: v4").replaceFirst("window: 1h\n", "window: 2h\n"));

        assertThat(diff.features())
                .containsExactly(new Change(Kind.CHANGED, "card_tx_count_1h", List.of("window 1 h -> 2 h")));
        assertThat(diff.groups()).isEmpty();
        assertThat(diff.sameColumns()).isTrue();
        assertThat(diff.sameHash()).isFalse();
    }

    @Test
    void between_namesFeaturesAndGroups_thatOneSideLacks() {
        FeatureSetDiff diff = against(V3.replace("name: card_tx_count_1h\n", "name: card_tx_count_60m\n")
                .replace("timeToLive: 90d", "timeToLive: 120d"));

        assertThat(diff.features())
                .extracting(Change::kind, Change::name)
                .contains(
                        org.assertj.core.groups.Tuple.tuple(Kind.ADDED, "card_tx_count_60m"),
                        org.assertj.core.groups.Tuple.tuple(Kind.REMOVED, "card_tx_count_1h"));
        assertThat(diff.groups())
                .containsExactly(new Change(Kind.CHANGED, "card:reference", List.of("time to live 90 d -> 120 d")));
        assertThat(diff.sameColumns()).isFalse();
    }
}
