package io.tollgate.api.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JsonBytesTest {
    private static final byte[] NAME = JsonBytes.name("a");

    private static String write(double... values) {
        return text(new JsonBytes(2).startArray().numbers(values).endArray());
    }

    private static String text(JsonBytes json) {
        return new String(json.toByteArray(), StandardCharsets.UTF_8);
    }

    @Test
    void values_areParted_whereverTheyStand() {
        JsonBytes json = new JsonBytes(0)
                .startObject()
                .text(NAME, "x")
                .startArray(JsonBytes.name("b"))
                .text("y")
                .startObject()
                .whole(NAME, 0)
                .none(JsonBytes.name("c"))
                .endObject()
                .startObject()
                .endObject()
                .endArray()
                .whole(JsonBytes.name("d"), Long.MIN_VALUE)
                .endObject();

        assertThat(text(json))
                .isEqualTo("{\"a\":\"x\",\"b\":[\"y\",{\"a\":0,\"c\":null},{}],\"d\":-9223372036854775808}");
    }

    @Test
    void texts_readBackAsTheSame_onRandomCharacters() {
        long seed = 31;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder value = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                value.appendCodePoint(
                        switch (random.nextInt(4)) {
                            case 0 -> random.nextInt(' ');
                            case 1 -> "\"\\/".charAt(random.nextInt(3));
                            case 2 -> ' ' + random.nextInt(95);
                            default -> 0x1F300 + random.nextInt(500);
                        });
            }
            String json = text(
                    new JsonBytes(1).startObject().text(NAME, value.toString()).endObject());
            assertThat(JsonMapper.shared().readTree(json).path("a").asString())
                    .as("seed %d", seed)
                    .isEqualTo(value.toString());
        }
    }

    /** As {@link Long#toString}. */
    @Test
    void wholeNumbers_areThoseOfTheJdk() {
        for (long number : new long[] {0, 9, 10, 99, 100, 1_000_000_000_000L, Long.MAX_VALUE, -1, -10}) {
            assertThat(text(new JsonBytes(0).startObject().whole(NAME, number).endObject()))
                    .isEqualTo("{\"a\":" + number + "}");
        }
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
