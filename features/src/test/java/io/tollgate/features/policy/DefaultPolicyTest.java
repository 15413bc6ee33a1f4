package io.tollgate.features.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.tollgate.features.FeatureVector;
import io.tollgate.features.Lookup;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.features.spec.FeatureSpec;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.EnumSet;
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
    void decide_allocatesNothing_whenNothingFires() {
        CompiledPolicy policy = Policies.find(Policies.DEFAULT, FEATURES);
        FeatureVector vector = new FeatureVector(
                FEATURES.features().stream()
                        .mapToDouble(FeatureSpec::defaultValue)
                        .toArray(),
                Collections.nCopies(FEATURES.groups().size(), new Lookup.Hit(0, 0, 0)));
        PolicyInput input = new PolicyInput(
                PolicyFixture.payment().input().authorization(), 20, vector, 0.01, EnumSet.noneOf(Degradation.class));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertThat(policy.decide(input).decision()).isEqualTo(Decision.APPROVE);

        int decisions = 10_000;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < decisions; i++) {
            policy.decide(input);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        // One object a decision would be 160,000 bytes; what is left is class loading on the first turns.
        assertThat(allocated).isLessThan(16L * decisions / 4);
    }

    @Test
    void codes_areUniqueAndInFileOrder() {
        assertThat(Policies.find(Policies.DEFAULT, FEATURES).codes())
                .startsWith("LIMIT_CONTACTLESS")
                .contains("CARD_TESTING_DEVICE", "IMPOSSIBLE_TRAVEL", "DEVICE_FARM", "MERCHANT_BUST_OUT", "BLIND_RISKY")
                .doesNotHaveDuplicates();
    }

    @Test
    void find_saysWhatToGive_whenThereIsNoSuchFile() {
        assertThatThrownBy(() -> Policies.find("no-such.yaml", FEATURES))
                .hasMessage("no policy 'no-such.yaml': give a file, or default-policy");
        assertThatThrownBy(() -> Policies.examples("no-such.yaml", FEATURES))
                .hasMessageContaining("no file of examples 'no-such.yaml'");
    }
}
