package io.tollgate.features.policy;

import static io.tollgate.features.policy.PolicyFixture.payment;
import static io.tollgate.features.policy.PolicyFixture.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.FeatureVector;
import io.tollgate.features.Lookup;
import io.tollgate.features.MissCause;
import io.tollgate.features.domain.Decision;
import io.tollgate.features.domain.EntryMode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CompiledPolicyTest {
    private static final Lookup NEW = new Lookup.Missing(MissCause.NEW_ENTITY);

    private static final String RULE =
            "- {code: FAST, when: card_tx_count_1m > 3, then: STEP_UP, weight: 0.3, message: '{card_tx_count_1m:0} payments'}";
    private static final String HARD_RULE =
            "- {code: HARD, when: card_tx_count_1m > 9, then: DECLINE, hard: true, weight: 0.8, message: 'stop'}";

    @Test
    void decide_approvesWithoutReasons_whenNothingFires() {
        PolicyDecision decision =
                policy("rules:", RULE).decide(payment().score(0.1).input());

        assertThat(decision).isSameAs(PolicyDecision.APPROVED);
    }

    @Test
    void decide_givesReasonWithValue_whenRuleFires() {
        PolicyDecision decision =
                policy("rules:", RULE).decide(payment().count(7).input());

        assertThat(decision.decision()).isEqualTo(Decision.STEP_UP);
        assertThat(decision.reasons()).containsExactly(new Reason("FAST", "7 payments", 0.3));
        assertThat(decision.fired()).containsExactly("FAST");
    }

    @Test
    void decide_declines_whenOnBlockList() {
        CompiledPolicy policy = policy(
                "block: {cards: [c-9], devices: [d-9], ips: [203.0.113.9], countries: [KP], categories: ['7995']}",
                "allow: {cards: [c-9]}");

        assertThat(policy.decide(payment().card("c-9").input()).fired()).containsExactly("BLOCK_LIST_CARDS");
        assertThat(policy.decide(payment().device("d-9", "203.0.113.1").input()).fired())
                .containsExactly("BLOCK_LIST_DEVICES");
        assertThat(policy.decide(payment().device("d-1", "203.0.113.9").input()).fired())
                .containsExactly("BLOCK_LIST_IPS");
        assertThat(policy.decide(payment().country("KP").input()).decision()).isEqualTo(Decision.DECLINE);
        assertThat(policy.decide(payment().category("7995").input()).decision()).isEqualTo(Decision.DECLINE);
        assertThat(policy.decide(payment().input()).decision()).isEqualTo(Decision.APPROVE);
    }

    @Test
    void blockReason_doesNotNameTheToken() {
        PolicyDecision decision = policy("block: {cards: [c-secret]}")
                .decide(payment().card("c-secret").input());

        assertThat(decision.reasons().toString()).doesNotContain("c-secret");
    }

    @Test
    void allowList_undoesScoreAndRules_butNotHardRulesAndLimits() {
        CompiledPolicy policy = policy(
                "allow: {cards: [c-1]}",
                "limits: [{code: BIG, above: 1000, then: STEP_UP, message: 'more than 1000'}]",
                "thresholds: [{stepUp: 0.5, decline: 0.9}]",
                "rules:",
                RULE,
                HARD_RULE);

        PolicyDecision soft = policy.decide(payment().count(5).score(0.95).input());
        assertThat(soft.decision()).isEqualTo(Decision.APPROVE);
        assertThat(soft.reasons()).isEmpty();
        assertThat(soft.fired()).containsExactly("FAST", "MODEL_SCORE", "ALLOW_LIST");

        PolicyDecision hard = policy.decide(payment().count(10).score(0.95).input());
        assertThat(hard.decision()).isEqualTo(Decision.DECLINE);
        assertThat(hard.reasons()).extracting(Reason::code).containsExactly("HARD");

        PolicyDecision limit = policy.decide(payment().amount(1000.01).input());
        assertThat(limit.decision()).isEqualTo(Decision.STEP_UP);
        assertThat(policy.decide(payment().card("c-2").score(0.95).input()).decision())
                .isEqualTo(Decision.DECLINE);
    }

    @Test
    void cap_lowersSoftDecision_andKeepsItsReasons() {
        CompiledPolicy policy = policy(
                "thresholds: [{stepUp: 0.5, decline: 0.9}]",
                "rules:",
                "- {code: TRUSTED, when: 'mcc == \"5411\"', atMost: STEP_UP, message: 'groceries'}",
                HARD_RULE);

        PolicyDecision capped = policy.decide(payment().score(0.95).input());
        assertThat(capped.decision()).isEqualTo(Decision.STEP_UP);
        assertThat(capped.reasons()).extracting(Reason::code).containsExactly("MODEL_SCORE");
        assertThat(capped.fired()).containsExactly("TRUSTED", "MODEL_SCORE");
        assertThat(policy.decide(payment().count(10).score(0.95).input()).decision())
                .isEqualTo(Decision.DECLINE);
        assertThat(policy.decide(payment().category("5999").score(0.95).input()).decision())
                .isEqualTo(Decision.DECLINE);
        assertThat(policy.decide(payment().score(0.2).input()).decision()).isEqualTo(Decision.APPROVE);
    }

    @Test
    void thresholds_takeFirstSegmentThatHoldsThePayment() {
        CompiledPolicy policy = policy(
                "thresholds:",
                "- {segment: {amount: {from: 100, below: 500}, channels: [ECOM, MOTO], categories: ['5732'], countries: [US]}, stepUp: 0.1, decline: 0.2}",
                "- {segment: {channels: [ECOM]}, stepUp: 0.3, decline: 0.4}",
                "- {stepUp: 0.5, decline: 0.6}");

        PolicyFixture.Payment ecom = payment().score(0.2).channel(EntryMode.ECOM);
        assertThat(policy.decide(ecom.input()).decision()).isEqualTo(Decision.APPROVE);
        ecom.category("5732").country("US").amount(100);
        assertThat(policy.decide(ecom.input()).decision()).isEqualTo(Decision.DECLINE);
        assertThat(policy.decide(ecom.score(0.1).input()).decision()).isEqualTo(Decision.STEP_UP);
        assertThat(policy.decide(ecom.score(0.2).amount(500).input()).decision())
                .isEqualTo(Decision.APPROVE);
        assertThat(policy.decide(ecom.score(0.4).input()).decision()).isEqualTo(Decision.DECLINE);
        assertThat(policy.decide(payment().score(0.5).input()).decision()).isEqualTo(Decision.STEP_UP);
    }

    @Test
    void reasons_areOrderedByDecisionThenWeight() {
        CompiledPolicy policy = policy(
                "thresholds: [{stepUp: 0.1, decline: 0.9}]",
                "rules:",
                RULE,
                "- {code: LIGHT, when: amount > 1, then: STEP_UP, weight: 0.1, message: 'light'}",
                HARD_RULE);

        assertThat(policy.decide(payment().count(10).score(0.2).input()).reasons())
                .extracting(Reason::code)
                .containsExactly("HARD", "FAST", "MODEL_SCORE", "LIGHT");
    }

    @Test
    void conditions_seeMissesStalenessAndDegradation() {
        CompiledPolicy policy = policy(
                "rules:",
                "- {code: BLIND, when: blind_card_activity, then: STEP_UP, message: b}",
                "- {code: NEW, when: new_card_activity, then: STEP_UP, message: n}",
                "- {code: MISSING, when: missing_card_activity, then: STEP_UP, message: m}",
                "- {code: STALE, when: stale_card_activity, then: STEP_UP, message: s}",
                "- {code: SHED, when: degraded_shed && !degraded_no_model, then: STEP_UP, message: d}",
                "- {code: SCORED, when: has_score && score >= 0.0, then: STEP_UP, message: 'score {score:1}'}",
                "- {code: DEVICE, when: missing_device_activity || has_device, then: STEP_UP, message: d}");

        assertThat(fired(policy, payment().cardActivity(new Lookup.Missing(MissCause.CORRUPT))))
                .containsExactly("BLIND", "MISSING");
        assertThat(fired(policy, payment().cardActivity(NEW))).containsExactly("NEW", "MISSING");
        assertThat(fired(policy, payment().cardActivity(new Lookup.Stale(0, 0, 0))))
                .containsExactly("STALE");
        assertThat(fired(policy, payment().degraded(Degradation.SHED))).containsExactly("SHED");
        assertThat(fired(policy, payment().degraded(Degradation.SHED, Degradation.NO_MODEL)))
                .isEmpty();
        assertThat(fired(policy, payment().score(0))).containsExactly("SCORED");
        assertThat(fired(policy, payment().device("d-1", "203.0.113.1"))).containsExactly("DEVICE");
        assertThat(fired(policy, payment())).isEmpty();
    }

    @Test
    void decide_seesNothingOfThePaymentBefore() {
        CompiledPolicy policy = policy(
                "rules: [{code: NEW, when: new_card_activity || degraded_shed || has_score, then: STEP_UP, message: n}]");
        policy.decide(
                payment().cardActivity(NEW).degraded(Degradation.SHED).score(1).input());

        assertThat(fired(policy, payment())).isEmpty();
    }

    @Test
    void decide_refuses_whenVectorIsOfAnotherFeatureSet() {
        PolicyInput input = payment().input();
        FeatureVector vector = new FeatureVector(new double[70], input.vector().lookups());
        PolicyInput foreign = new PolicyInput(input.authorization(), 1, vector, Double.NaN, Set.of());

        assertThatThrownBy(() -> policy().decide(foreign)).hasMessageContaining("compiled for 3 features in 2 groups");
    }

    private static List<String> fired(CompiledPolicy policy, PolicyFixture.Payment payment) {
        return policy.decide(payment.input()).fired();
    }
}
