package io.tollgate.model.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.model.FailureCause;
import io.tollgate.model.call.Attempt;
import io.tollgate.model.call.Attempt.Answer;
import io.tollgate.model.call.Attempt.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"predictions\": [0.42]}",
                "{\"predictions\":[[0.42]]}",
                "{\"predictions\":[[0.58,0.42]]}",
                "{\"predictions\":[{\"0\":0.42}]}",
                "{\"predictions\":[{\"0\":0.58,\"1\":0.42}]}",
                "{\"databricks_output\":{\"trace\":[1,{}]},\"predictions\":[0.42]}",
                " [ 4.2e-1 ] ",
                "[[0.58,0.42]]"
            })
    void parse_answers_forEveryKnownShape(String body) {
        assertThat(parse(body)).isEqualTo(new Answer(0.42));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[0]", "[1]", "[0.0]", "[1.0]", "[1e-300]"})
    void parse_answers_atTheBounds(String body) {
        assertThat(parse(body)).isInstanceOf(Answer.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "0.42",
                "\"0.42\"",
                "[]",
                "[null]",
                "[\"0.42\"]",
                "[NaN]",
                "[-0.01]",
                "[1.01]",
                "[1e400]",
                "[0.1,0.2]",
                "[[]]",
                "[[0.1,0.2,0.7]]",
                "[[[0.1]]]",
                "{}",
                "{\"predictions\":0.42}",
                "{\"predictions\":null}",
                "{\"predictions\":[0.1],\"predictions\":[0.2]}",
                "{\"predictions\":[{}]}",
                "{\"predictions\":[0.42]} trailing",
                "{\"predictions\":[0.42]",
                "{\"predictions\":[0.4",
                "{\"error_code\":\"BAD_REQUEST\"}",
                "<html></html>"
            })
    void parse_isABadResponse_forAnythingElse(String body) {
        assertThat(parse(body)).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.cause()).isEqualTo(FailureCause.BAD_RESPONSE);
        });
    }

    @Test
    void parse_isABadResponse_whenNestedDeeply() {
        assertThat(parse("[".repeat(4_000))).isInstanceOf(Failure.class);
    }

    @Test
    void parse_neverThrows_onMangledBodies() {
        long seed = 17;
        Random random = new Random(seed);
        byte[] good = "{\"predictions\": [{\"0\":0.58,\"1\":0.42}]}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = good.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(body.length + 1);
            assertThat(Predictions.parse(body, length))
                    .as("seed %d, round %d", seed, i)
                    .isNotNull();
        }
    }

    private static Attempt parse(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return Predictions.parse(bytes, bytes.length);
    }
}
