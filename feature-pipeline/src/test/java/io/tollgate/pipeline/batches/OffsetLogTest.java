package io.tollgate.pipeline.batches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetLogTest {
    @Test
    void parse_readsWhatSparkWrites() {
        String text = "v1\n{\"batchWatermarkMs\":0,\"batchTimestampMs\":1795295266206,\"conf\":{\"a\":\"b\"}}\n"
                + "{\"txn_events\":{\"0\":566,\"1\":526,\"10\":7}}";

        assertThat(OffsetLog.parse(5, text, "offsets/5"))
                .isEqualTo(new PlannedBatch(5, 1_795_295_266_206L, Map.of(0, 566L, 1, 526L, 10, 7L)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v2\n{}\n{}",
                "v1\n{}",
                "v1\n{}\n{\"a\":{\"0\":1},\"b\":{\"0\":1}}",
                "v1\n{}\n{\"a\":{\"x\":1}}",
                "v1\n{}\n-",
                "v1\n{}\n{}\n{}"
            })
    void parse_saysWhichFile_whenItIsNoLogOfOneTopic(String text) {
        assertThatThrownBy(() -> OffsetLog.parse(5, text, "offsets/5"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("offsets/5");
    }
}
