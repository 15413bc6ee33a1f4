package io.tollgate.model.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestBodyTest {
    @Test
    void write_isMlflows_forMlflow() {
        RequestBody body = new RequestBody(InvocationProtocol.MLFLOW, List.of("a", "b\"c", "d"));

        assertThat(write(body, new double[] {9, 1.5, Double.NaN, -2}, 1))
                .isEqualTo("{\"dataframe_split\":{\"columns\":[\"a\",\"b\\\"c\",\"d\"],\"data\":[[1.5,null,-2]]}}");
    }

    @Test
    void write_isAzures_forAzure() {
        RequestBody body = new RequestBody(InvocationProtocol.AZURE_ML, List.of("a"));

        assertThat(write(body, new double[] {1}, 0))
                .isEqualTo("{\"input_data\":{\"columns\":[\"a\"],\"index\":[0],\"data\":[[1]]}}");
    }

    @ParameterizedTest
    @CsvSource({
        "0.0,0",
        "-0.0,0",
        "57.16,57.16",
        "-0.000001,-0.000001",
        "100,100",
        "1.25,1.25",
        "1e-7,1.0E-7",
        "123456789.123456,123456789.123456",
        "0.1234567,0.1234567"
    })
    void number_isShort(double value, String text) {
        assertThat(number(value)).isEqualTo(text);
    }

    @Test
    void number_readsBackAsTheSameDouble_onRandomValues() {
        long seed = 23;
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            double value = switch (i % 4) {
                case 0 -> Math.rint(random.nextGaussian() * 1e5) / 100;
                case 1 -> random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15);
                case 2 -> random.nextInt();
                default -> Math.rint(random.nextDouble() * 1e15) / 1e6;
            };
            assertThat(Double.parseDouble(number(value)))
                    .as("seed %d, %s", seed, value)
                    .isEqualTo(value + 0.0);
        }
    }

    @ParameterizedTest
    @CsvSource({"Infinity,3.4028234663852886E38", "-Infinity,-3.4028234663852886E38", "1e300,3.4028234663852886E38"})
    void number_isTheLargestFloat_beyondIt(double value, String text) {
        assertThat(number(value)).isEqualTo(text);
    }

    @Test
    void maxBytes_isEnough_forTheLongestNumbers() {
        RequestBody body = new RequestBody(InvocationProtocol.MLFLOW, List.of("a", "b"));
        double[] longest = {-Math.PI * 1e-300, -9007199254.740992};

        assertThat(write(body, longest, 0).length()).isLessThanOrEqualTo(body.maxBytes());
    }

    private static String number(double value) {
        byte[] text = new byte[28];
        return new String(text, 1, RequestBody.number(value, text, 1) - 1, StandardCharsets.US_ASCII);
    }

    private static String write(RequestBody body, double[] values, int offset) {
        ByteBuf out = Unpooled.buffer();
        body.write(values, offset, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
