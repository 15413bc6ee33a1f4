package io.tollgate.features.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.spec.ActiveFeatureSet.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActiveFeatureSetTest {
    private static final Reference V3 = new Reference("v3", "62701dcd");
    private static final Reference V4 = new Reference("v4", "0a1b2c3d");

    @Test
    void encode_isReadBack_withAndWithoutPrevious() {
        ActiveFeatureSet first = new ActiveFeatureSet(1, V3, null);
        ActiveFeatureSet second = first.switchedTo(V4);

        assertThat(first.encode()).isEqualTo("1 v3 62701dcd");
        assertThat(second.encode()).isEqualTo("2 v4 0a1b2c3d v3 62701dcd");
        assertThat(ActiveFeatureSet.decode(first.encode())).isEqualTo(first);
        assertThat(ActiveFeatureSet.decode(second.encode())).isEqualTo(second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v3",
                "0 v3 62701dcd",
                "1 v3",
                "1 v3 62701dcd v4",
                "1 v3 62701dcg",
                "99999999999999999999 v3 62701dcd"
            })
    void decode_isNull_whenTheTextIsSomethingElse(String text) {
        assertThat(ActiveFeatureSet.decode(text)).isNull();
    }
}
