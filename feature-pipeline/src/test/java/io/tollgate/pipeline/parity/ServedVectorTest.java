package io.tollgate.pipeline.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.MissCause;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServedVectorTest {
    @Test
    void parse_readsVectorGroupsAndTail() {
        ServedVector served = ServedVector.parse("{\"decidedAt\":\"2026-11-21T10:00:00Z\","
                + "\"featureSet\":{\"version\":\"v3\",\"hash\":\"9f3c0a11\"},\"vector\":[1,null,0.1,-0.0],"
                + "\"tail\":[\"tx-1\",\"tx-2\"],\"groups\":["
                + "{\"group\":\"card:activity\",\"outcome\":\"STALE\",\"asOf\":5,\"publishedAt\":6,"
                + "\"sequence\":7710733848543232009,\"tail\":[\"tx-1\"]},"
                + "{\"group\":\"ip:activity\",\"outcome\":\"MISS\",\"cause\":\"EXPIRED\"}]}");

        assertThat(served.values()).containsExactly(1, Double.NaN, 0.1, -0.0);
        assertThat(served.groups())
                .containsExactly(
                        new ServedGroup(
                                "card:activity",
                                ServedGroup.Outcome.STALE,
                                null,
                                5,
                                7_710_733_848_543_232_009L,
                                List.of("tx-1")),
                        new ServedGroup("ip:activity", ServedGroup.Outcome.MISS, MissCause.EXPIRED, 0, 0, List.of()));
        assertThat(served.groups().get(1).empty()).isTrue();
    }

    @Test
    void parse_takesTheTailForAllGroups_whenNoneNamesItsOwn() {
        ServedVector served =
                ServedVector.parse("{\"decidedAt\":\"2026-11-21T10:00:00Z\",\"tail\":[\"tx-1\"],\"groups\":["
                        + "{\"group\":\"ip:activity\",\"outcome\":\"MISS\",\"cause\":\"EXPIRED\"}]}");

        assertThat(served.groups().get(0).tail()).containsExactly("tx-1");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, true",
        "NaN, NaN, true",
        "NaN, Infinity, true",
        "0.0, -0.0, false",
        "0.3, 0.30000000000000004, false",
        "NaN, 0, false"
    })
    void same_comparesBits(double served, double recomputed, boolean same) {
        assertThat(VectorComparison.same(served, recomputed)).isEqualTo(same);
    }
}
