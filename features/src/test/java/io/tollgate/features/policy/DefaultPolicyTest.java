package io.tollgate.features.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DefaultPolicyTest {
    private static final FeatureSet FEATURES = FeatureSets.fraudV3();

    @Test
    void defaultPolicy_decidesItsExamples_asTheyExpect() {
        CompiledPolicy policy = Policies.find(Policies.DEFAULT, FEATURES);

        List<PolicyExamples.Result> results =
                Policies.examples(Policies.DEFAULT, FEATURES).run(policy);

        assertThat(results).hasSizeGreaterThan(15);
        assertThat(results.stream()
                        .filter(result -> !result.passed())
                        .map(result -> result.name() + ": " + Objects.toString(result.problem()))
                        .toList())
                .isEmpty();
    }

    @Test
    void defaultPolicy_fillsValuesIntoReasons() {
        PolicyExamples.Result farm =
                Policies.examples(Policies.DEFAULT, FEATURES).run(Policies.find(Policies.DEFAULT, FEATURES)).stream()
                        .filter(result -> result.name().equals("device farm"))
                        .findFirst()
                        .orElseThrow();

        assertThat(farm.actual().reasons().get(0).message()).isEqualTo("8 cards on this device within a day");
    }

    @Test
    void find_saysWhatToGive_whenThereIsNoSuchFile() {
        assertThatThrownBy(() -> Policies.find("no-such.yaml", FEATURES))
                .hasMessage("no policy 'no-such.yaml': give a file, or default-policy");
        assertThatThrownBy(() -> Policies.examples("no-such.yaml", FEATURES))
                .hasMessageContaining("no file of examples 'no-such.yaml'");
    }
}
