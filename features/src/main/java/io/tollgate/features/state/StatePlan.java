package io.tollgate.features.state;

import java.util.ArrayList;
import java.util.List;

/**
 * What a group's state has to remember, compiled from its features. Immutable, thread-safe.
 *
 * <p>A tile is a row of {@code columns} numbers; a {@link Block} says which columns belong to one filter.
 */
public final class StatePlan {
    /** How two tiles' columns become one. */
    enum Merge {
        ADD,
        /** Low half of a 128-bit sum; the high half is the next column. */
        ADD_WIDE_LOW,
        ADD_WIDE_HIGH,
        MIN,
        MAX
    }

    /** What of an entity's past is kept as one value. */
    public enum RegisterKind {
        /** Instant of the newest payment. */
        LAST_TIME,
        /** Instant of the oldest payment. */
        FIRST_TIME,
        /** Instant and place of the newest payment with a place. */
        LAST_POSITION
    }

    /**
     * The columns of one filter: the count, then what else is asked of the amounts.
     *
     * @param outcomes counts payments known to be fraud instead of payments
     * @param column of the count
     */
    public record Block(
            int filter, boolean outcomes, boolean sum, boolean squares, boolean min, boolean max, int column) {
        public int sumColumn() {
            return column + 1;
        }

        public int squaresColumn() {
            return sumColumn() + (sum ? 1 : 0);
        }

        public int minColumn() {
            return squaresColumn() + (squares ? 2 : 0);
        }

        public int maxColumn() {
            return minColumn() + (min ? 1 : 0);
        }

        /** The column behind this block. */
        public int nextColumn() {
            return maxColumn() + (max ? 1 : 0);
        }
    }

    /**
     * Values remembered with the second they were last seen.
     *
     * @param index position in {@link Observation#seen}
     * @param horizonSeconds longest window that asks
     * @param limit the newest values, all of which are kept
     * @param sample values with the smallest hashes kept of every window beyond them, at least 2
     */
    public record Seen(int index, int filter, long horizonSeconds, int limit, int sample) {}

    /** One remembered instant. */
    public record Register(RegisterKind kind, int filter) {}

    /** Newest payments stay apart for this long, to tell overlapping ones exactly. */
    public static final long RECENT_HORIZON_MS = 10_000;

    /** Ids remembered to tell duplicates: 27 payments a second over ten minutes, 256 kB. */
    static final int MAX_IDS = 16_384;

    final int recent;
    final long latenessMs;
    final Ladder ladder;
    final List<Block> blocks;
    final int columns;
    final Merge[] merges;
    final List<Seen> seen;
    final int seenFields;
    final List<Register> registers;
    final boolean reference;
    final boolean amounts;
    final boolean positions;
    final boolean payments;
    final boolean outcomes;

    /**
     * @param recent newest observations kept apart, at least 1
     * @param latenessMs how long event ids are remembered to tell duplicates; 0 where events come once and in order
     * @param seenFields length of {@link Observation#seen}
     */
    public StatePlan(
            int recent,
            long latenessMs,
            Ladder ladder,
            List<Block> blocks,
            List<Seen> seen,
            int seenFields,
            List<Register> registers,
            boolean reference) {
        this.recent = recent;
        this.latenessMs = latenessMs;
        this.ladder = ladder;
        this.blocks = List.copyOf(blocks);
        this.merges = merges(blocks);
        this.columns = merges.length;
        this.seen = List.copyOf(seen);
        this.seenFields = seenFields;
        this.registers = List.copyOf(registers);
        this.reference = reference;
        this.amounts = blocks.stream().anyMatch(b -> b.sum || b.squares || b.min || b.max);
        this.positions = registers.stream().anyMatch(r -> r.kind() == RegisterKind.LAST_POSITION);
        this.outcomes = blocks.stream().anyMatch(Block::outcomes);
        this.payments = blocks.stream().anyMatch(b -> !b.outcomes) || !seen.isEmpty() || !registers.isEmpty();
    }

    /** The same plan for events that come once and in order, as a backfill has them. */
    public StatePlan withoutDuplicates() {
        return new StatePlan(recent, 0, ladder, blocks, seen, seenFields, registers, reference);
    }

    public Ladder ladder() {
        return ladder;
    }

    /** Whether payments change this state. */
    public boolean payments() {
        return payments;
    }

    /** Whether outcomes change this state. */
    public boolean outcomes() {
        return outcomes;
    }

    /** Whether reference data changes this state. */
    public boolean reference() {
        return reference;
    }

    /** Numbers in a row of totals. */
    public int columns() {
        return columns;
    }

    /** Whether places are remembered. */
    public boolean keepsPositions() {
        return positions;
    }

    private static Merge[] merges(List<Block> blocks) {
        List<Merge> merges = new ArrayList<>();
        for (Block block : blocks) {
            if (block.column != merges.size()) {
                throw new IllegalArgumentException("block starts at column " + block.column + ", not " + merges.size());
            }
            merges.add(Merge.ADD);
            if (block.sum) {
                merges.add(Merge.ADD);
            }
            if (block.squares) {
                merges.add(Merge.ADD_WIDE_LOW);
                merges.add(Merge.ADD_WIDE_HIGH);
            }
            if (block.min) {
                merges.add(Merge.MIN);
            }
            if (block.max) {
                merges.add(Merge.MAX);
            }
        }
        return merges.toArray(Merge[]::new);
    }
}
