package io.tollgate.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.key.IdHasher;
import io.tollgate.features.spec.FeatureSetReader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a feature set can be wrong has an answer that names the line. */
class FeatureSetDefectsTest {
    private static final IdHasher HASHER = IdHasher.of("a secret only for tests");

    /** Valid; the features start at line 6, each on one line. */
    private static final String VALID = """
            featureSet: test
            version: v1
            baseCurrency: EUR
            groups: [{entity: card, name: activity}]
            features:
              - {name: n, type: integer, unit: u, description: d, default: 0, defaultReason: r, group: 'card:activity', aggregate: count, window: 1h}
              - {name: a, type: number, unit: u, description: d, default: 0, defaultReason: r, derive: n * 2.0}
              - {name: b, type: number, unit: u, description: d, default: 0, defaultReason: r, derive: a + 1.0}
            """;

    private static void compile(String text) {
        FeatureEngine.compile(FeatureSetReader.read("set.yaml", text), HASHER);
    }

    @Test
    void compile_accepts_theSetThatTheDefectsAreMadeFrom() {
        compile(VALID);
    }

    static Stream<Arguments> defects() {
        return Stream.of(
                Arguments.of("unknown feature", "a + 1.0", "amuont + 1.0", ":8: feature b: derive: ", "amuont"),
                Arguments.of(
                        "cycle", "n * 2.0", "b * 2.0", ":7: feature a: derived features form a cycle: ", "a -> b -> a"),
                Arguments.of("cycle of itself", "n * 2.0", "a * 2.0", ":7: feature a: derived", "a -> a"),
                Arguments.of(
                        "window under its tile", "window: 1h", "window: 1m, tile: 1h", ":6: ", "shorter than its tile"),
                Arguments.of("window of nothing", "window: 1h", "window: 0s", ":6: ", "at least 1s"),
                Arguments.of("window of fractions", "window: 1h", "window: 1500ms", ":6: ", "whole seconds"),
                Arguments.of("window too long", "window: 1h", "window: 900d", ":6: ", "not be over 731d"),
                Arguments.of(
                        "default out of range",
                        "default: 0, defaultReason: r, group",
                        "default: -1, defaultReason: r, group",
                        ":6: ",
                        "defaultIsSentinel"),
                Arguments.of(
                        "a fraction for an integer",
                        "default: 0, defaultReason: r, group",
                        "default: 0.5, defaultReason: r, group",
                        ":6: default: ",
                        "whole number"),
                Arguments.of(
                        "an empty range",
                        "default: 0, defaultReason: r, group",
                        "default: 0, defaultIsSentinel: true, min: 5, max: 1, defaultReason: r, group",
                        ":6: min: ",
                        "over max"),
                Arguments.of(
                        "broken condition",
                        "window: 1h",
                        "window: 1h, where: amuont > 5.0",
                        ":6: feature n: where: column 1: ",
                        "amuont"),
                Arguments.of(
                        "broken condition of a rate",
                        "aggregate: count, window: 1h",
                        "aggregate: rate, window: 1h, where: amount > 5.0, of: amuont > 5.0",
                        ":6: feature n: of: column 1: ",
                        "amuont"),
                Arguments.of(
                        "no default",
                        "default: 0, defaultReason: r, group",
                        "defaultReason: r, group",
                        ":6: ",
                        "has no default"),
                Arguments.of(
                        "unknown group",
                        "'card:activity', ag",
                        "'card:activty', ag",
                        ":6: ",
                        "declared are card:activity"),
                Arguments.of(
                        "unknown aggregation",
                        "aggregate: count",
                        "aggregate: cuont",
                        ":6: aggregate: ",
                        "must be one of count"),
                Arguments.of("unknown setting", "window: 1h", "window: 1h, tlie: 1m", ":6: ", "tlie"),
                Arguments.of("name twice", "name: b", "name: a", ":8: ", "declared twice"),
                Arguments.of("broken expression", "n * 2.0", "'n *'", ":7: feature a: derive: ", ""),
                Arguments.of("text for a number", "n * 2.0", "'currency'", ":7: feature a: derive: ", ""),
                Arguments.of("no such version", "version: v1", "version: 1.0", ":2: ", "v and a number"),
                Arguments.of("a currency without a rate", "baseCurrency: EUR", "baseCurrency: XTS", "XTS", "rate"),
                Arguments.of(
                        "a group that nobody uses",
                        "name: activity}",
                        "name: activity}, {entity: ip, name: idle}",
                        ":4: ",
                        "no feature uses"),
                Arguments.of("no YAML", "features:", "features: [", ":", "not valid YAML"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("defects")
    void compile_namesLineAndRemedy_whenThereIs(String what, String good, String bad, String where, String said) {
        assertThat(VALID).as("the defect %s has something to spoil", what).contains(good);
        assertThatThrownBy(() -> compile(VALID.replace(good, bad)))
                .isInstanceOf(RuntimeException.class)
                .isNotInstanceOf(IllegalStateException.class)
                .hasMessageContaining(where)
                .hasMessageContaining(said);
    }
}
