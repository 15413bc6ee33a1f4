package io.tollgate.features.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollgate.features.state.StatePlan.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TileCodecTest {
    private static final int DAY = 86_400;

    /** Blocks of conditions 0 to 4: all columns, each pair of them, none. */
    private static StatePlan plan() {
        List<Block> blocks = new ArrayList<>();
        boolean[][] kept = {
            {true, true, true, true},
            {true, true, false, true},
            {true, false, true, false},
            {false, false, true, true},
            {true, true, false, false},
            {false, false, false, true},
            {false, false, false, false}
        };
        int column = 0;
        for (boolean[] columns : kept) {
            Block block = new Block(blocks.size(), false, columns[0], columns[1], columns[2], columns[3], column);
            blocks.add(block);
            column = block.nextColumn();
        }
        Ladder ladder = Ladder.of(List.of(new Ladder.Need(60, 3_600), new Ladder.Need(3_600, 7 * DAY)));
        return new StatePlan(1, 0, ladder, blocks, List.of(), 0, List.of(), false);
    }

    /** Amounts of one digit to sixteen, so that sums of squares need more than 64 bits. */
    private static Observation observation(Random random, long second) {
        long cents = random.nextLong() >>> (11 + random.nextInt(50));
        String id = "tx-" + random.nextInt();
        long filters = 1 | random.nextInt(128);
        return new Observation(
                second * 1_000,
                false,
                id,
                second * 1_000,
                filters,
                cents,
                new long[0],
                Observation.NO_POSITION,
                Observation.NO_POSITION);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 30, 400})
    void tiles_areReadAsTheyWereWritten_whateverTheyHold(int payments) {
        StatePlan plan = plan();
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            GroupState state = new GroupState(plan);
            for (int i = 0; i < payments; i++) {
                state.fold(observation(random, 100L * DAY + random.nextInt(8 * DAY)));
            }
            ByteWriter out = new ByteWriter(64);
            StateCodec.writePublished(state, out);
            byte[] bytes = out.toByteArray();
            GroupState read = new GroupState(plan);
            StateCodec.readPublished(new ByteReader(bytes), read);
            assertSameTiles(plan, read.tiles, state.tiles);
            out.reset();
            StateCodec.writePublished(read, out);
            assertThat(out.toByteArray()).isEqualTo(bytes);
        }
    }

    private static void assertSameTiles(StatePlan plan, Tiles actual, Tiles expected) {
        assertThat(actual.size()).isEqualTo(expected.size());
        long[] actualOwn = new long[plan.columns];
        long[] expectedOwn = new long[plan.columns];
        for (int tile = 0; tile < expected.size(); tile++) {
            assertThat(actual.start(tile)).isEqualTo(expected.start(tile));
            actual.copy(tile, actualOwn);
            expected.copy(tile, expectedOwn);
            assertThat(actualOwn).isEqualTo(expectedOwn);
        }
    }

    @Test
    void wideNumber_isReadAsItWasWritten_upTo128Bits() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            int bits = random.nextInt(129);
            long low = bits == 0 ? 0 : random.nextLong() >>> Math.max(0, 64 - bits);
            long high = bits <= 64 ? 0 : random.nextLong() >>> (128 - bits);
            ByteWriter out = new ByteWriter(32).wideVarint(low, high);
            ByteReader in = new ByteReader(out.toByteArray());
            assertThat(in.wideVarint()).isEqualTo(low);
            assertThat(in.wideHigh()).isEqualTo(high);
            assertThat(in.remaining()).isZero();
        }
    }

    @Test
    void number_isReadAsItWasWritten_atTheEndAndBeforeIt() {
        Random random = new Random(6);
        for (int i = 0; i < 20_000; i++) {
            long value = random.nextLong() >>> random.nextInt(64);
            int behind = random.nextInt(10);
            ByteWriter out = new ByteWriter(32).varint(value);
            int length = out.size();
            for (int j = 0; j < behind; j++) {
                out.fixed8(random.nextInt(256));
            }
            ByteReader in = new ByteReader(out.toByteArray());
            assertThat(in.varint()).isEqualTo(value);
            assertThat(in.remaining()).isEqualTo(behind);
            in.reset(out.toByteArray(), 0, length - 1);
            assertThatThrownBy(in::varint).isInstanceOf(CorruptStateException.class);
        }
    }
}
