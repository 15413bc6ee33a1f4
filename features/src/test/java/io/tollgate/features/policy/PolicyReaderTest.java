package io.tollgate.features.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.yaml.YamlException;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "limits: [{code: A_1, above: -1, then: DECLINE, message: m}] | above: must be an amount",
                "limits: [{code: A_1, above: 5, then: APPROVE, message: m}] | then: must be one of [STEP_UP, DECLINE]",
                "thresholds: [{stepUp: 0.9, decline: 0.5}] | 0 <= stepUp <= decline <= 1",
                "thresholds: [{stepUp: 0.9}] | 0 <= stepUp <= decline <= 1",
                "thresholds: [{segment: {channels: [ECOM]}, stepUp: 0.1, decline: 0.5}] | the last threshold is for all payments",
                "thresholds: [{stepUp: 0.1, decline: 0.5}, {stepUp: 0.1, decline: 0.5}] | never reached",
                "thresholds: [{segment: {channels: [FAX]}, stepUp: 0.1, decline: 0.5}, {stepUp: 0.1, decline: 0.5}] | channels: must be of",
                "thresholds: [{segment: {amount: {from: 9, below: 3}}, stepUp: 0.1, decline: 0.5}, {stepUp: 0.1, decline: 0.5}] | 'from' must be",
                "thresholds: [{segment: {countries: [usa]}, stepUp: 0.1, decline: 0.5}, {stepUp: 0.1, decline: 0.5}] | countries: an entry is no country",
                "rules: [{code: A_1, when: amont > 5, then: DECLINE, message: m}] | when: column 1: unknown name 'amont'; did you mean 'amount'?",
                "rules: [{code: A_1, when: amount, then: DECLINE, message: m}] | a number where a condition is wanted",
                "rules: [{code: A_1, when: amount > 5, message: m}] | either 'then' (DECLINE or STEP_UP) or 'atMost'",
                "rules: [{code: A_1, when: amount > 5, then: DECLINE, atMost: APPROVE, message: m}] | either 'then'",
                "rules: [{code: A_1, when: amount > 5, atMost: APPROVE, hard: true, message: m}] | hard: a cap never",
                "rules: [{code: a-1, when: amount > 5, then: DECLINE, message: m}] | code: must be",
                "rules: [{code: MODEL_SCORE, when: amount > 5, then: DECLINE, message: m}] | code: MODEL_SCORE stands twice or is a built-in code",
                "rules: [{code: BLOCK_LIST_X, when: amount > 5, then: DECLINE, message: m}] | code: must be",
                "rules: [{code: A_1, when: amount > 5, then: DECLINE}] | 'message' is missing",
                "rules: [{code: A_1, when: amount > 5, then: DECLINE, message: '{amont}'}] | message: unknown name 'amont'; did you mean 'amount'?",
                "rules: [{code: A_1, when: amount > 5, then: DECLINE, message: '{amount:9}'}] | a placeholder is {name} or {name:decimals}",
                "rules: [{code: A_1, when: amount > 5, then: DECLINE, message: m, weight: 2}] | weight: must be between 0 and 1",
                "rules: [{code: A_1, when: amount > 5, then: DECLINE, message: m, wait: 2}] | unknown key 'wait'",
                "block: {card: [c-1]} | unknown key 'card'",
                "allow: {countries: [DE]} | unknown key 'countries'",
                "block: {categories: ['541']} | categories: an entry is no merchant category",
                "ruls: [] | unknown key 'ruls'",
            })
    void read_refusesWithFileLineAndRemedy_whenEntryIsWrong(String line, String problem) {
        assertThatThrownBy(() -> PolicyFixture.policy("description: test", line))
                .isInstanceOf(YamlException.class)
                .hasMessageStartingWith("policy.yaml:")
                .hasMessageContaining(problem)
                .satisfies(e -> assertThat(((YamlException) e).line()).isBetween(1, 3));
    }

    @Test
    void read_reportsLineOfTheCondition_whenItNamesNoFeature() {
        assertThatThrownBy(() -> PolicyFixture.policy(
                        "rules:",
                        "  - code: GOOD",
                        "    when: amount > 5",
                        "    then: DECLINE",
                        "    message: m",
                        "  - code: BAD",
                        "    when: card_tx_count_1 > 5",
                        "    then: DECLINE",
                        "    message: m"))
                .hasMessage("policy.yaml:8: when: column 1: unknown name 'card_tx_count_1';"
                        + " did you mean 'card_tx_count_1m'?");
    }

    @Test
    void read_refuses_whenCodeStandsTwice() {
        String rule = "- {code: A_1, when: amount > 5, then: DECLINE, message: m}";

        assertThatThrownBy(() -> PolicyFixture.policy("rules:", rule, rule)).hasMessageContaining("A_1 stands twice");
    }

    @Test
    void read_refuses_whenListsAreTooLong() {
        String cards = String.join(",", Collections.nCopies(EntityList.MAX_ENTRIES + 1, "c-1"));

        assertThatThrownBy(() -> PolicyFixture.policy("block: {cards: [" + cards + "]}"))
                .hasMessageContaining("more than 50000 entries");
    }

    @Test
    void read_refuses_whenVersionIsMissing() {
        assertThatThrownBy(() -> PolicyReader.read("p.yaml", "rules: []", PolicyFixture.VOCABULARY))
                .hasMessageContaining("'version' is missing");
    }

    @Test
    void read_acceptsConditionOverSeveralLines() {
        CompiledPolicy policy = PolicyFixture.policy(
                "rules:",
                "  - code: LONG",
                "    when: |",
                "      amount > 5",
                "        && mcc == '5411'",
                "    then: STEP_UP",
                "    message: '{mcc} {card_device_is_new} {amount}'");

        assertThat(policy.decide(PolicyFixture.payment().amount(7.125).input()).reasons())
                .containsExactly(new Reason("LONG", "5411 no 7.13", 0.5));
        assertThat(policy.version()).isEqualTo("t");
    }
}
