package io.tollgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuClockTest {
    @Test
    void cost_isTheMedian_whateverTheOrderOfTheRounds() {
        assertThat(CpuClock.cost(new double[] {9, 1, 5})).isEqualTo(new CpuClock.Cost(5, 1));
        assertThat(CpuClock.cost(new double[] {9, 1, 5, 7})).isEqualTo(new CpuClock.Cost(6, 1));
    }
}
