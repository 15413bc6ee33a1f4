package io.tollgate.pipeline.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CheckpointEpochTest {
    @Test
    void sequence_grows_withBatchesAndCheckpoints() {
        long first = CheckpointEpoch.sequence(1_795_000_000, 0);
        long lastOfIt = CheckpointEpoch.sequence(1_795_000_000, 0xFFFF_FFFFL);
        long next = CheckpointEpoch.sequence(1_795_000_001, 0);
        assertThat(Long.compareUnsigned(first, lastOfIt)).isNegative();
        assertThat(Long.compareUnsigned(lastOfIt, next)).isNegative();
    }

    @Test
    void sequence_isRefused_whenBatchDoesNotFit() {
        assertThatThrownBy(() -> CheckpointEpoch.sequence(1, 1L << 32)).isInstanceOf(IllegalArgumentException.class);
    }
}
