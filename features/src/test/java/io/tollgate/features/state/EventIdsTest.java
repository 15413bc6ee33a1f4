package io.tollgate.features.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdsTest {
    @Test
    void uuid_isReadAsItWasWritten_inSixteenBytes() {
        Random random = new Random(4);
        for (int i = 0; i < 1_000; i++) {
            String id = new UUID(random.nextLong() >>> i % 64, random.nextLong() >>> i % 60).toString();
            assertThat(EventIds.isUuid(id)).isTrue();
            ByteWriter out = new ByteWriter(16);
            EventIds.writeUuid(id, out);
            assertThat(out.size()).isEqualTo(16);
            assertThat(EventIds.readUuid(new ByteReader(out.toByteArray()))).isEqualTo(id);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tx-1",
                "0F8FAD5B-D9CB-469F-A165-70867728950E",
                "0f8fad5b-d9cb-469f-a165-70867728950",
                "0f8fad5b-d9cb-469f-a165070867728950e",
                "0f8fad5b+d9cb-469f-a165-70867728950e",
                "o:0f8fad5b-d9cb-469f-a165-7086772895",
                "gf8fad5b-d9cb-469f-a165-70867728950e"
            })
    void otherText_isNoUuid(String id) {
        assertThat(EventIds.isUuid(id)).isFalse();
    }
}
