package io.tollgate.pipeline.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RedisWriterTest {
    private static final long DAY_MS = 86_400_000;

    @Test
    void jittered_spreadsOverTenPercent_whenManyKeysAreWrittenAtOnce() {
        long[] lives = IntStream.range(0, 1000)
                .mapToLong(i -> RedisWriter.jittered(key("fs:v3:{card:" + i + "}:activity"), DAY_MS, 42))
                .toArray();
        assertThat(LongStream.of(lives).min().orElseThrow()).isBetween(DAY_MS * 90 / 100, DAY_MS * 91 / 100);
        assertThat(LongStream.of(lives).max().orElseThrow()).isBetween(DAY_MS * 109 / 100, DAY_MS * 110 / 100);
        assertThat(LongStream.of(lives).distinct().count()).isGreaterThan(990);
    }

    @Test
    void jittered_isTheSame_whenABatchIsRepeated() {
        assertThat(RedisWriter.jittered(key("k"), DAY_MS, 7)).isEqualTo(RedisWriter.jittered(key("k"), DAY_MS, 7));
    }

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
