package io.tollgate.pipeline.batches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchRangesTest {
    private static final long EPOCH = 1_795_000_000L;

    @Test
    void firstToSee_isTheBatchWhoseEndLiesBehindTheMessage() {
        BatchRanges ranges = new BatchRanges.Builder()
                .add(EPOCH, 0, Map.of(0, 3L, 1, 0L))
                .add(EPOCH, 1, Map.of(0, 3L, 1, 5L))
                .add(EPOCH, 2, Map.of(0, 4L, 1, 5L))
                .build();

        assertThat(ranges.firstToSee(EPOCH, 0, 2)).isZero();
        assertThat(ranges.firstToSee(EPOCH, 0, 3)).isEqualTo(2);
        assertThat(ranges.firstToSee(EPOCH, 1, 0)).isEqualTo(1);
        assertThat(ranges.firstToSee(EPOCH, 1, 5)).isEqualTo(BatchRanges.NONE);
        assertThat(ranges.firstToSee(EPOCH, 7, 0)).isEqualTo(BatchRanges.NONE);
        assertThat(ranges.firstToSee(EPOCH + 1, 0, 0)).isEqualTo(BatchRanges.NONE);
    }

    @Test
    void firstToSee_isNone_whenTheMessageLiesBeforeTheStart() {
        BatchRanges ranges = new BatchRanges.Builder()
                .start(EPOCH, Map.of(0, 10L))
                .add(EPOCH, 0, Map.of(0, 20L))
                .build();

        assertThat(ranges.firstToSee(EPOCH, 0, 9)).isEqualTo(BatchRanges.NONE);
        assertThat(ranges.firstToSee(EPOCH, 0, 10)).isZero();
    }

    /** Whatever batches are missing in between, a known batch has seen exactly the messages before its ends. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void knownBatches_seeTheSameMessages_whenOthersAreUnknown(long seed) {
        Random random = new Random(seed);
        BatchRanges.Builder some = new BatchRanges.Builder();
        TreeMap<Long, Long> known = new TreeMap<>();
        long end = 0;
        for (long batch = 0; batch < 50; batch++) {
            end += random.nextInt(4);
            if (random.nextBoolean()) {
                some.add(EPOCH, batch, Map.of(0, end));
                known.put(batch, end);
            }
        }
        BatchRanges ranges = some.build();
        known.forEach((batch, ends) -> {
            int position = ranges.position(EPOCH << 32 | batch);
            for (long offset = 0; offset < 120; offset++) {
                int first = ranges.firstToSee(EPOCH, 0, offset);
                boolean seen = first != BatchRanges.NONE && first <= position;
                assertThat(seen)
                        .as("seed %d batch %d offset %d", seed, batch, offset)
                        .isEqualTo(offset < ends);
            }
        });
    }

    @Test
    void position_isNone_whenTheBatchIsUnknown() {
        BatchRanges ranges =
                new BatchRanges.Builder().add(EPOCH, 4, Map.of(0, 1L)).build();

        assertThat(ranges.position(EPOCH << 32 | 4)).isZero();
        assertThat(ranges.position(EPOCH << 32 | 5)).isEqualTo(BatchRanges.NONE);
        assertThat(ranges.position((EPOCH + 1) << 32 | 4)).isEqualTo(BatchRanges.NONE);
    }

    @Test
    void within_isFalse_whenOnePartitionIsBehind() {
        BatchRanges ranges =
                new BatchRanges.Builder().add(EPOCH, 0, Map.of(0, 3L, 1, 8L)).build();

        assertThat(ranges.within(EPOCH, 0, Map.of(0, 3L, 1, 8L))).isTrue();
        assertThat(ranges.within(EPOCH, 0, Map.of(0, 3L, 1, 7L))).isFalse();
        assertThat(ranges.within(EPOCH, 0, Map.of(1, 8L))).isFalse();
    }

    @Test
    void add_fails_whenABatchIsKnownWithOtherOffsets() {
        BatchRanges.Builder ranges =
                new BatchRanges.Builder().add(EPOCH, 0, Map.of(0, 3L)).add(EPOCH, 0, Map.of(0, 3L));

        assertThatThrownBy(() -> ranges.add(EPOCH, 0, Map.of(0, 4L)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("two different offset ranges");
    }
}
