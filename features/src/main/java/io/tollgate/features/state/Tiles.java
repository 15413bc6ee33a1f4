package io.tollgate.features.state;

import io.tollgate.features.state.StatePlan.Block;
import java.util.Arrays;

/**
 * Sparse tiles in time order, oldest first: start second, level of the ladder, and a row of columns each. Confined to
 * one thread; reusable.
 */
final class Tiles implements TileSink {
    private final StatePlan plan;
    private final Ladder ladder;
    private final int stride;
    private int size;
    private long[] starts = new long[8];
    private byte[] levels = new byte[8];
    private long[] cells;

    Tiles(StatePlan plan) {
        this.plan = plan;
        this.ladder = plan.ladder;
        this.stride = plan.columns;
        this.cells = new long[8 * stride];
    }

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    long start(int tile) {
        return starts[tile];
    }

    int level(int tile) {
        return levels[tile];
    }

    long cell(int tile, int column) {
        return cells[tile * stride + column];
    }

    /** Appends an empty tile younger than all others. */
    @Override
    public int row(long start, int level) {
        if (size == starts.length) {
            grow();
        }
        starts[size] = start;
        levels[size] = (byte) level;
        int at = size++ * stride;
        clear(plan, cells, at);
        return at;
    }

    @Override
    public long[] cells() {
        return cells;
    }

    /** Counts an observation, as of the newest event; beyond the horizon it is dropped. */
    void add(Observation o, long newestSecond) {
        long second = Math.floorDiv(o.occurredMs(), 1000L);
        int level = ladder.level(second, newestSecond);
        if (level < 0 || !countsAnywhere(plan, o)) {
            return;
        }
        int row = find(Ladder.floor(second, ladder.width(level)), level); // may replace the cells
        addTo(cells, row * stride, plan, o);
    }

    /** Moves tiles that have grown old into wider ones and drops those beyond the horizon. */
    void advance(long newestSecond) {
        if (size == 0 || !anyOutgrown(newestSecond)) {
            return;
        }
        int kept = 0;
        for (int tile = 0; tile < size; tile++) {
            int level = ladder.level(starts[tile], newestSecond);
            if (level < 0) {
                continue;
            }
            long start = Ladder.floor(starts[tile], ladder.width(level));
            if (kept > 0 && starts[kept - 1] == start && levels[kept - 1] == level) {
                merge(plan, cells, (kept - 1) * stride, cells, tile * stride);
            } else {
                starts[kept] = start;
                levels[kept] = (byte) level;
                System.arraycopy(cells, tile * stride, cells, kept * stride, stride);
                kept++;
            }
        }
        size = kept;
    }

    private boolean anyOutgrown(long newestSecond) {
        // Tiles are in time order and levels only widen with age: a level's oldest tile tells for the level.
        int oldest = 0;
        for (int level = ladder.levels() - 1; level >= 0 && oldest < size; level--) {
            if (levels[oldest] == level) {
                if (starts[oldest] < ladder.boundary(level, newestSecond)) {
                    return true;
                }
                oldest = firstBelow(level, oldest);
            }
        }
        return false;
    }

    /** The first tile from {@code from} on that is of a narrower level. */
    private int firstBelow(int level, int from) {
        int low = from;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (levels[middle] < level) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Adds the tiles whose start lies in [from, to) to {@code totals}, newest first from {@code tile} down. */
    int accumulate(int tile, long from, long to, long[] totals) {
        int i = tile;
        while (i >= 0 && starts[i] >= from) {
            if (starts[i] < to) {
                merge(plan, totals, 0, cells, i * stride);
            }
            i--;
        }
        return i;
    }

    private int find(long start, int level) {
        int at = size;
        while (at > 0 && starts[at - 1] > start) {
            at--;
        }
        return at > 0 && starts[at - 1] == start ? at - 1 : insert(at, start, level);
    }

    private int insert(int at, long start, int level) {
        if (size == starts.length) {
            grow();
        }
        System.arraycopy(starts, at, starts, at + 1, size - at);
        System.arraycopy(levels, at, levels, at + 1, size - at);
        System.arraycopy(cells, at * stride, cells, (at + 1) * stride, (size - at) * stride);
        starts[at] = start;
        levels[at] = (byte) level;
        clear(plan, cells, at * stride);
        size++;
        return at;
    }

    private void grow() {
        starts = Arrays.copyOf(starts, size * 2);
        levels = Arrays.copyOf(levels, size * 2);
        cells = Arrays.copyOf(cells, size * 2 * stride);
    }

    /** Which blocks of a tile count anything: bit i for the plan's i-th. */
    long counting(int tile) {
        long mask = 0;
        for (int i = 0; i < plan.blocks.length; i++) {
            if (cells[tile * stride + plan.blocks[i].column()] != 0) {
                mask |= 1L << i;
            }
        }
        return mask;
    }

    /** Empties a row: of a block that counts nothing, the other columns mean nothing. */
    static void clear(StatePlan plan, long[] row, int at) {
        for (Block block : plan.blocks) {
            row[at + block.column()] = 0;
        }
    }

    /** Adds one observation to a row. */
    static void addTo(long[] row, int at, StatePlan plan, Observation o) {
        for (Block block : plan.blocks) {
            if (counts(block, o)) {
                addOne(row, at, block, o.amountCents());
            }
        }
    }

    private static boolean countsAnywhere(StatePlan plan, Observation o) {
        for (Block block : plan.blocks) {
            if (counts(block, o)) {
                return true;
            }
        }
        return false;
    }

    private static boolean counts(Block block, Observation o) {
        return block.outcomes() == o.outcome() && o.meets(block.filter());
    }

    /** Adds one payment to a block of a row. */
    static void addOne(long[] row, int at, Block block, long cents) {
        boolean first = row[at + block.column()]++ == 0;
        if (block.sum()) {
            int column = at + block.sumColumn();
            row[column] = first ? cents : row[column] + cents;
        }
        if (block.squares()) {
            int column = at + block.squaresColumn();
            if (first) {
                row[column] = cents * cents;
                row[column + 1] = Math.multiplyHigh(cents, cents);
            } else {
                addWide(row, column, cents * cents, Math.multiplyHigh(cents, cents));
            }
        }
        if (block.min()) {
            int column = at + block.minColumn();
            row[column] = first ? cents : Math.min(row[column], cents);
        }
        if (block.max()) {
            int column = at + block.maxColumn();
            row[column] = first ? cents : Math.max(row[column], cents);
        }
    }

    /** Adds a row to a row. */
    static void merge(StatePlan plan, long[] into, int at, long[] from, int fromAt) {
        for (Block block : plan.blocks) {
            int column = block.column();
            long count = from[fromAt + column];
            if (count == 0) {
                continue; // most conditions are met by few payments
            }
            if (into[at + column] == 0) {
                for (; column < block.nextColumn(); column++) { // too few to be worth a call
                    into[at + column] = from[fromAt + column];
                }
            } else {
                into[at + column] += count;
                mergeAmounts(block, into, at, from, fromAt);
            }
        }
    }

    private static void mergeAmounts(Block block, long[] into, int at, long[] from, int fromAt) {
        if (block.sum()) {
            into[at + block.sumColumn()] += from[fromAt + block.sumColumn()];
        }
        if (block.squares()) {
            int column = block.squaresColumn();
            addWide(into, at + column, from[fromAt + column], from[fromAt + column + 1]);
        }
        if (block.min()) {
            int column = block.minColumn();
            into[at + column] = Math.min(into[at + column], from[fromAt + column]);
        }
        if (block.max()) {
            int column = block.maxColumn();
            into[at + column] = Math.max(into[at + column], from[fromAt + column]);
        }
    }

    static void addWide(long[] row, int at, long low, long high) {
        row[at] += low;
        row[at + 1] += high + (Long.compareUnsigned(row[at], low) < 0 ? 1 : 0);
    }
}
