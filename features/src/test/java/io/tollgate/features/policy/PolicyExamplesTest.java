package io.tollgate.features.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyExamplesTest {
    private static final CompiledPolicy POLICY = PolicyFixture.policy(
            "thresholds: [{stepUp: 0.5, decline: 0.9}]",
            "rules:",
            "- {code: FAST, when: card_tx_count_1m > 3 && card_device_is_new, then: DECLINE, message: m}",
            "- {code: BLIND, when: blind_card_activity && degraded_features_timeout && entry_mode == 'ECOM', then: STEP_UP, message: m}");

    @Test
    void run_tellsPassedFromFailed() {
        List<PolicyExamples.Result> results = run("""
                examples:
                  - name: ordinary
                    payment: {amount: 12.50, currency: EUR, channel: CHIP}
                    score: 0.1
                    expect: APPROVE
                  - name: fast
                    payment: {channel: ECOM, device: d-1, ip: 203.0.113.1, category: '5732', country: US}
                    features: {card_tx_count_1m: 5, card_device_is_new: true}
                    expect: DECLINE
                    reasons: [FAST]
                  - name: blind
                    payment: {channel: ECOM}
                    groups: {'card:activity': BLIND}
                    degraded: [FEATURES_TIMEOUT]
                    expect: STEP_UP
                  - name: wrong decision
                    payment: {}
                    score: 0.95
                    expect: APPROVE
                  - name: wrong reason
                    payment: {}
                    score: 0.95
                    expect: DECLINE
                    reasons: [FAST]
                """);

        assertThat(results).extracting(PolicyExamples.Result::passed).containsExactly(true, true, true, false, false);
        assertThat(results.get(3).problem()).isEqualTo("expected APPROVE, the policy says DECLINE [MODEL_SCORE]");
        assertThat(results.get(4).problem()).isEqualTo("expected reasons [FAST], the policy gives [MODEL_SCORE]");
        assertThat(results.get(4).line()).isEqualTo(20);
    }

    @Test
    void read_refusesWithLine_whenExampleIsWrong() {
        assertThatThrownBy(() -> run("examples:\n  - {name: a, payment: {}, expect: NO}"))
                .hasMessage("examples.yaml:2: expect: must be one of [APPROVE, STEP_UP, DECLINE]");
        assertThatThrownBy(() ->
                        run("examples:\n  - {name: a, payment: {}, expect: APPROVE, features: {card_tx_count: 1}}"))
                .hasMessageContaining("no such feature in test-v1; did you mean 'card_tx_count_1m'?");
        assertThatThrownBy(() -> run("examples:\n  - {name: a, payment: {country: Germany}, expect: APPROVE}"))
                .hasMessageContaining("two capital letters");
        assertThatThrownBy(() -> run("examples:\n  - {name: a, payment: {}, expect: APPROVE, groups: {card: NEW}}"))
                .hasMessageContaining("unknown key 'card'");
        assertThatThrownBy(() -> run("examples: []")).hasMessageContaining("1 to 10000");
    }

    private static List<PolicyExamples.Result> run(String text) {
        return PolicyExamples.read("examples.yaml", text, PolicyFixture.FEATURES)
                .run(POLICY);
    }
}
