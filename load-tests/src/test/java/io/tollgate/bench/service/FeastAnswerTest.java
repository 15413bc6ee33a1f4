package io.tollgate.bench.service;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeastAnswerTest {
    private static final Map<String, Double> EXPECTED = Map.of("count", 3.0, "mean", 1.5e-7);

    /** As both servers answer, the entity first. */
    private static String answer(String count, String status) {
        return """
            {"metadata":{"feature_names":["card","count","mean"]},"results":[
             {"values":["c-1"],"statuses":["PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z"]},
             {"values":[%s],"statuses":["%s"],"event_timestamps":["2026-03-01T00:00:00Z"]},
             {"values":[1.5e-7],"statuses":["PRESENT"],"event_timestamps":["2026-03-01T00:00:00Z"]}]}
            """.formatted(count, status);
    }

    @Test
    void check_accepts_allValuesPresent() {
        assertThatCode(() -> FeastAnswer.check(answer("3", "PRESENT"), EXPECTED))
                .doesNotThrowAnyException();
    }

    @Test
    void check_refuses_null() {
        assertThatThrownBy(() -> FeastAnswer.check(answer("null", "NOT_FOUND"), EXPECTED))
                .isInstanceOf(IOException.class)
                .hasMessage("count is [null] with status [NOT_FOUND], in place of [3.0] with [PRESENT]");
    }

    @Test
    void check_refuses_aValueThatIsTooOld() {
        assertThatThrownBy(() -> FeastAnswer.check(answer("3", "OUTSIDE_MAX_AGE"), EXPECTED))
                .hasMessageContaining("OUTSIDE_MAX_AGE");
    }

    @Test
    void check_refuses_anotherValue() {
        assertThatThrownBy(() -> FeastAnswer.check(answer("4", "PRESENT"), EXPECTED))
                .hasMessageContaining("count is [4]");
        assertThatThrownBy(() -> FeastAnswer.check(answer("3,3", "PRESENT"), EXPECTED))
                .hasMessageContaining("count is [3, 3]");
    }

    @Test
    void check_refuses_aMissingFeature() {
        assertThatThrownBy(() -> FeastAnswer.check(answer("3", "PRESENT"), Map.of("maximum", 1.0)))
                .hasMessage("maximum is not in the answer");
    }

    @Test
    void check_refuses_whatIsNoAnswer() {
        assertThatThrownBy(() -> FeastAnswer.check("{\"detail\":\"no such view\"}", EXPECTED))
                .hasMessage("metadata is no object, but null");
        assertThatThrownBy(() -> FeastAnswer.check("{\"metadata\":", EXPECTED))
                .hasMessageStartingWith("the answer is not JSON");
    }
}
