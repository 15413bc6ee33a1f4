package io.tollgate.features.state;

import io.tollgate.features.state.StatePlan.Block;
import io.tollgate.features.state.StatePlan.Merge;
import java.util.Arrays;

/**
 * Sparse tiles in time order, oldest first: start second, level of the ladder, and a row of columns each. Confined to
 * one thread; reusable.
 */
final class Tiles {
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

    void setCell(int tile, int column, long value) {
        cells[tile * stride + column] = value;
    }

    /** Appends an empty tile younger than all others; the decoder's way in. */
    int append(long start, int level) {
        return insert(size, start, level);
    }

    /** Counts an observation, as of the newest event; beyond the horizon it is dropped. */
    void add(Observation o, long newestSecond) {
        long second = Math.floorDiv(o.occurredMs(), 1000L);
        int level = ladder.level(second, newestSecond);
        if (level < 0) {
            return;
        }
        int row = row(Ladder.floor(second, ladder.width(level)), level); // may replace the cells
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

    private int row(long start, int level) {
        int at = size;
        while (at > 0 && starts[at - 1] > start) {
            at--;
        }
        return at > 0 && starts[at - 1] == start ? at - 1 : insert(at, start, level);
    }

    private int insert(int at, long start, int level) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, size * 2);
            levels = Arrays.copyOf(levels, size * 2);
            cells = Arrays.copyOf(cells, size * 2 * stride);
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

    /** Sets a row to the neutral element of every column. */
    static void clear(StatePlan plan, long[] row, int at) {
        for (int column = 0; column < plan.columns; column++) {
            Merge merge = plan.merges[column];
            row[at + column] = merge == Merge.MIN ? Long.MAX_VALUE : merge == Merge.MAX ? Long.MIN_VALUE : 0;
        }
    }

    /** Adds one observation to a row. */
    static void addTo(long[] row, int at, StatePlan plan, Observation o) {
        for (Block block : plan.blocks) {
            if (block.outcomes() != o.outcome() || !o.meets(block.filter())) {
                continue;
            }
            row[at + block.column()]++;
            long cents = o.amountCents();
            if (block.sum()) {
                row[at + block.sumColumn()] += cents;
            }
            if (block.squares()) {
                addWide(row, at + block.squaresColumn(), cents * cents, Math.multiplyHigh(cents, cents));
            }
            if (block.min()) {
                row[at + block.minColumn()] = Math.min(row[at + block.minColumn()], cents);
            }
            if (block.max()) {
                row[at + block.maxColumn()] = Math.max(row[at + block.maxColumn()], cents);
            }
        }
    }

    private static void merge(StatePlan plan, long[] into, int at, long[] from, int fromAt) {
        for (int column = 0; column < plan.columns; column++) {
            long value = from[fromAt + column];
            switch (plan.merges[column]) {
                case ADD -> into[at + column] += value;
                case ADD_WIDE_LOW -> addWide(into, at + column, value, from[fromAt + column + 1]);
                case ADD_WIDE_HIGH -> {} // went with its low half
                case MIN -> into[at + column] = Math.min(into[at + column], value);
                case MAX -> into[at + column] = Math.max(into[at + column], value);
            }
        }
    }

    private static void addWide(long[] row, int at, long low, long high) {
        row[at] += low;
        row[at + 1] += high + (Long.compareUnsigned(row[at], low) < 0 ? 1 : 0);
    }
}
