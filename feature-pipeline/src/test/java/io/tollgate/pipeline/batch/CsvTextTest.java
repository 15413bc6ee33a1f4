package io.tollgate.pipeline.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTextTest {
    private static String number(double value) {
        return new CsvText(1).number(value).toString();
    }

    @Test
    void number_readsBackAsTheSameDouble_whateverItIs() {
        Random random = new Random(17);
        for (int i = 0; i < 100_000; i++) {
            double value = i % 2 == 0 ? Double.longBitsToDouble(random.nextLong()) : random.nextInt(1_000_000) / 700.0;
            if (!Double.isNaN(value)) {
                assertThat(Double.parseDouble(number(value))).isEqualTo(value);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0", "9,9", "10,10", "-7,-7", "999999999999999,999999999999999", "0.5,0.5", "85.65,85.65", "-0.0,0"})
    void number_isTheShortestText_wholeOnesWithoutAFraction(double value, String text) {
        assertThat(number(value)).isEqualTo(text);
    }

    @Test
    void wholeNumber_isThatOfTheJdk_ofAnyLength() {
        Random random = new Random(18);
        for (int i = 0; i < 100_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            if (value != Long.MIN_VALUE) {
                assertThat(new CsvText(1).number(value).toString()).isEqualTo(Long.toString(value));
            }
        }
        assertThat(new CsvText(1).number(Long.MAX_VALUE).toString()).isEqualTo(Long.toString(Long.MAX_VALUE));
    }

    @Test
    void line_isOneRecord_whateverTheLabelHolds() {
        double[] vector = {1, 2.25};
        assertThat(new CsvText(1).line("tx-1", vector)).hasToString("tx-1,1,2.25");
        assertThat(new CsvText(1).line("a,\"b\"", vector)).hasToString("\"a,\"\"b\"\"\",1,2.25");
        assertThat(new CsvText(1).line("Zürich €", vector)).hasToString("Zürich €,1,2.25");
    }
}
