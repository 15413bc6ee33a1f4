package io.tollgate.features.state;

import java.util.List;

/**
 * What a group's state has to remember, compiled from its features. Immutable, thread-safe.
 *
 * <p>A tile is a row of {@code columns} numbers; a {@link Block} says which columns belong to one filter.
 */
public final class StatePlan {
    /** What of an entity's past is kept as one value. */
    public enum RegisterKind {
        /** Instant of the newest payment. */
        LAST_TIME,
        /** Instant and amount of the newest payment. */
        LAST_AMOUNT,
        /** Instant of the oldest payment. */
        FIRST_TIME,
        /** Instant and place of the newest payment with a place. */
        LAST_POSITION
    }

    /**
     * The columns of one filter: the count, then what else is asked of the amounts (the sum; the sum of squares in 128
     * bits, low half first; the least; the greatest).
     */
    public static final class Block {
        private final int filter;
        private final boolean outcomes;
        private final boolean sum;
        private final boolean squares;
        private final boolean min;
        private final boolean max;
        private final int column;
        private final int squaresColumn;
        private final int minColumn;
        private final int maxColumn;
        private final int nextColumn;

        /**
         * @param outcomes counts payments known to be fraud instead of payments
         * @param squares only together with {@code sum}
         * @param column of the count
         */
        public Block(int filter, boolean outcomes, boolean sum, boolean squares, boolean min, boolean max, int column) {
            if (squares && !sum) {
                throw new IllegalArgumentException("squares are of no use without the sum");
            }
            this.filter = filter;
            this.outcomes = outcomes;
            this.sum = sum;
            this.squares = squares;
            this.min = min;
            this.max = max;
            this.column = column;
            this.squaresColumn = sumColumn() + (sum ? 1 : 0);
            this.minColumn = squaresColumn + (squares ? 2 : 0);
            this.maxColumn = minColumn + (min ? 1 : 0);
            this.nextColumn = maxColumn + (max ? 1 : 0);
        }

        int filter() {
            return filter;
        }

        boolean outcomes() {
            return outcomes;
        }

        boolean sum() {
            return sum;
        }

        boolean squares() {
            return squares;
        }

        boolean min() {
            return min;
        }

        boolean max() {
            return max;
        }

        public int column() {
            return column;
        }

        public int sumColumn() {
            return column + 1;
        }

        public int squaresColumn() {
            return squaresColumn;
        }

        public int minColumn() {
            return minColumn;
        }

        public int maxColumn() {
            return maxColumn;
        }

        /** The column behind this block. */
        public int nextColumn() {
            return nextColumn;
        }

        /** Whether anything of the amounts is kept; the first such column is then the one behind the count. */
        boolean amounts() {
            return nextColumn > column + 1;
        }

        /** Whether two payments' amounts can be told from the columns. */
        boolean tellsPairs() {
            return sum ? min || max : min && max;
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

    /** Fields share the bits of one number with a distance of up to a hundred years. */
    private static final int MAX_SEEN = 31;

    final int recent;
    final long latenessMs;
    final Ladder ladder;
    final Block[] blocks;

    /** Bit i is set when the i-th block counts every payment: what nearly all tiles hold and nothing else. */
    final long usualBlocks;

    /** Blocks that keep the least or the greatest amount. */
    final Block[] extremes;

    final int columns;

    /** What changes nothing when it is added to a row. */
    final long[] emptyRow;

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
        this.blocks = blocks.toArray(Block[]::new);
        this.columns = checkedColumns(blocks);
        this.usualBlocks = usualBlocks(this.blocks);
        this.extremes = blocks.stream().filter(block -> block.min || block.max).toArray(Block[]::new);
        this.emptyRow = emptyRow(extremes, columns);
        this.seen = List.copyOf(seen);
        if (seen.size() > MAX_SEEN) {
            throw new IllegalArgumentException("a group remembers at most " + MAX_SEEN
                    + " fields with their conditions, not " + seen.size() + "; spread them over more groups");
        }
        this.seenFields = seenFields;
        this.registers = List.copyOf(registers);
        this.reference = reference;
        this.amounts = blocks.stream().anyMatch(Block::amounts)
                || registers.stream().anyMatch(r -> r.kind() == RegisterKind.LAST_AMOUNT);
        this.positions = registers.stream().anyMatch(r -> r.kind() == RegisterKind.LAST_POSITION);
        this.outcomes = blocks.stream().anyMatch(Block::outcomes);
        this.payments = blocks.stream().anyMatch(b -> !b.outcomes) || !seen.isEmpty() || !registers.isEmpty();
    }

    /** The same plan for events that come once and in order, as a backfill has them. */
    public StatePlan withoutDuplicates() {
        return new StatePlan(recent, 0, ladder, List.of(blocks), seen, seenFields, registers, reference);
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

    private static long usualBlocks(Block[] blocks) {
        long usual = 0;
        for (int i = 0; i < blocks.length; i++) {
            if (blocks[i].filter() == 0 && !blocks[i].outcomes()) {
                usual |= 1L << i;
            }
        }
        return usual;
    }

    private static long[] emptyRow(Block[] extremes, int columns) {
        long[] row = new long[columns];
        for (Block block : extremes) {
            if (block.min()) {
                row[block.minColumn()] = Long.MAX_VALUE;
            }
            if (block.max()) {
                row[block.maxColumn()] = Long.MIN_VALUE;
            }
        }
        return row;
    }

    /** Blocks lie side by side, in their order. */
    private static int checkedColumns(List<Block> blocks) {
        if (blocks.size() > Long.SIZE) {
            throw new IllegalArgumentException("a group has at most 64 blocks, not " + blocks.size());
        }
        int next = 0;
        for (Block block : blocks) {
            if (block.column != next) {
                throw new IllegalArgumentException("block starts at column " + block.column + ", not " + next);
            }
            next = block.nextColumn();
        }
        return next;
    }
}
