package io.tollgate.api.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;

class JsonTest {
    private static String write(double... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartArray();
            Json.numbers(json, values);
            json.writeEndArray();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void numbers_areShort() {
        assertThat(write(0, 12, -3, 57.16, -0.000001, 0.25, 1_000_000, 123456789.123456))
                .isEqualTo("[0,12,-3,57.16,-0.000001,0.25,1000000,123456789.123456]");
    }

    @Test
    void numbers_leaveOutWhatJsonHasNot_andKeepTheSignOfZero() {
        assertThat(write(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0))
                .isEqualTo("[null,null,null,-0.0]");
    }

    @Test
    void numbers_readBackAsTheSameBits_onRandomValues() {
        long seed = 29;
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            double value = switch (i % 5) {
                case 0 -> Math.rint(random.nextGaussian() * 1e5) / 100;
                case 1 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
                case 2 -> random.nextLong();
                case 3 -> Math.rint(random.nextDouble() * 2e16) / 1e6;
                default -> random.nextInt(1_000) / 7.0;
            };
            String text = write(value);
            double read = Double.parseDouble(text.substring(1, text.length() - 1));
            assertThat(Double.doubleToRawLongBits(read))
                    .as("seed %d, %s written as %s", seed, value, text)
                    .isEqualTo(Double.doubleToRawLongBits(value));
        }
    }
}
