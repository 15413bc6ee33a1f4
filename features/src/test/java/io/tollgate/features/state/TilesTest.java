package io.tollgate.features.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollgate.features.state.StatePlan.Block;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows read off running totals, against loops over the payments. */
class TilesTest {
    private static final long HOUR = 3_600;
    private static final long DAY = 24 * HOUR;
    private static final long TILE = 60;

    /** An id behind all others of its instant. */
    private static final String AFTER_ALL = "~".repeat(64);

    /** Every payment's amounts; those of the second condition; those of the third without amounts. */
    private static StatePlan plan() {
        Block all = new Block(0, false, true, true, true, true, 0);
        Block some = new Block(1, false, true, false, false, true, all.nextColumn());
        Block counted = new Block(2, false, false, false, false, false, some.nextColumn());
        Ladder ladder = Ladder.of(List.of(
                new Ladder.Need(TILE, 6 * HOUR), new Ladder.Need(20 * TILE, DAY), new Ladder.Need(2 * HOUR, 7 * DAY)));
        return new StatePlan(3, 0, ladder, List.of(all, some, counted), List.of(), 0, List.of(), false);
    }

    private static Observation payment(Random random, int i, long second) {
        long cents = random.nextLong() >>> (11 + random.nextInt(50)); // sums of squares beyond 64 bits, too
        long ms = second * 1_000;
        long filters = 1 | random.nextInt(8);
        return new Observation(
                ms,
                false,
                "tx-" + i,
                ms,
                filters,
                cents,
                new long[0],
                Observation.NO_POSITION,
                Observation.NO_POSITION);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void windows_areThoseOfPlainLoops_alsoAfterLatePaymentsAndARestart(long seed) {
        StatePlan plan = plan();
        Random random = new Random(seed);
        GroupState state = new GroupState(plan);
        List<Observation> payments = new ArrayList<>();
        long now = 100 * DAY;
        for (int i = 0; i < 600; i++) {
            now += random.nextInt((int) (random.nextInt(40) == 0 ? 2 * DAY : HOUR));
            boolean late = random.nextInt(5) == 0 && i > 0;
            Observation payment = payment(random, i, late ? now - random.nextInt((int) DAY) : now);
            payments.add(payment);
            state.fold(payment);
            if (random.nextInt(50) == 0) {
                state = restarted(plan, state);
            }
            assertWindows(plan, state, payments, now);
        }
    }

    private static GroupState restarted(StatePlan plan, GroupState state) {
        ByteWriter out = new ByteWriter(64);
        StateCodec.writeComplete(state, out);
        GroupState read = new GroupState(plan);
        StateCodec.readComplete(new ByteReader(out.toByteArray()), read);
        return read;
    }

    private static void assertWindows(StatePlan plan, GroupState state, List<Observation> payments, long now) {
        WindowScan scan = new WindowScan(plan);
        scan.restart();
        long[][] windows = {{6 * HOUR, TILE}, {DAY, 20 * TILE}, {7 * DAY, 2 * HOUR}};
        for (long[] window : windows) {
            state.sum(now * 1_000, AFTER_ALL, window[0] * 1_000, 0, window[1], scan);
            for (Block block : plan.blocks) {
                long[] amounts = payments.stream()
                        .filter(o -> o.meets(block.filter()))
                        .filter(o -> Ladder.floor(o.second(), window[1])
                                >= GroupState.tailSecond(now * 1_000, window[0] * 1_000, window[1]))
                        .mapToLong(Observation::amountCents)
                        .toArray();
                assertBlock(block, scan.totals(), amounts);
            }
        }
    }

    private static void assertBlock(Block block, long[] totals, long[] amounts) {
        assertThat(totals[block.column()]).isEqualTo(amounts.length);
        if (amounts.length == 0) {
            return;
        }
        if (block.sum()) {
            assertThat(totals[block.sumColumn()])
                    .isEqualTo(LongStream.of(amounts).sum());
        }
        if (block.squares()) {
            BigInteger squares = LongStream.of(amounts)
                    .mapToObj(BigInteger::valueOf)
                    .map(amount -> amount.multiply(amount))
                    .reduce(BigInteger.ZERO, BigInteger::add);
            assertThat(totals[block.squaresColumn()]).isEqualTo(squares.longValue());
            assertThat(totals[block.squaresColumn() + 1])
                    .isEqualTo(squares.shiftRight(Long.SIZE).longValue());
        }
        if (block.min()) {
            assertThat(totals[block.minColumn()])
                    .isEqualTo(LongStream.of(amounts).min().orElseThrow());
        }
        if (block.max()) {
            assertThat(totals[block.maxColumn()])
                    .isEqualTo(LongStream.of(amounts).max().orElseThrow());
        }
    }
}
