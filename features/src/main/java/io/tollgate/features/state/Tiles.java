package io.tollgate.features.state;

import io.tollgate.features.state.StatePlan.Block;
import java.util.Arrays;

/**
 * Sparse tiles in time order, oldest first. Each is a row: its start second, then the plan's columns. Counts and sums are
 * running totals up to and with the tile, so that a window is a difference of two rows however many lie between them; the
 * least and the greatest amounts are the tile's own. How wide a tile is follows from its start and from the newest event
 * that the tiles were advanced to.
 *
 * <p>Confined to one thread; reusable.
 */
final class Tiles implements TileSink {
    private static final int INITIAL_ROWS = 8;

    private final StatePlan plan;
    private final Ladder ladder;
    private final int stride;
    private long[] rows;

    /** Row of the oldest tile; the one before it holds what the running totals start from. */
    private int head;

    /** Row behind the newest tile. */
    private int end;

    /** The newest event when tiles were last moved between levels. */
    private long advancedTo;

    /** The newest event from which on some tile is too old for its level. */
    private long nextAdvance;

    Tiles(StatePlan plan) {
        this.plan = plan;
        this.ladder = plan.ladder;
        this.stride = plan.columns + 1;
        this.rows = new long[plan.columns == 0 ? 1 : INITIAL_ROWS * stride];
        clear();
    }

    void clear() {
        head = 1;
        end = 1;
        Arrays.fill(rows, 0, stride, 0);
        advancedTo = Long.MIN_VALUE;
        nextAdvance = Long.MAX_VALUE;
    }

    int size() {
        return end - head;
    }

    long start(int tile) {
        return startOfRow(head + tile);
    }

    /** Copies a tile's own columns. */
    void copy(int tile, long[] own) {
        int at = (head + tile) * stride + 1;
        System.arraycopy(rows, at, own, 0, own.length);
        Rows.difference(plan, rows, at, at - stride, own);
    }

    /** Appends an empty tile younger than all others; only when tiles are read into a cleared state. */
    @Override
    public int row(long start) {
        nextAdvance = Long.MIN_VALUE; // what is read tells the levels by its start alone
        makeRoom();
        int at = end++ * stride;
        System.arraycopy(rows, at - stride, rows, at, stride);
        rows[at] = start;
        clearExtremes(at + 1);
        return at + 1;
    }

    @Override
    public long[] cells() {
        return rows;
    }

    /** Counts an observation, as of the newest event; beyond the horizon it is dropped. */
    void add(Observation o, long newestSecond) {
        int level = ladder.level(o.second(), newestSecond);
        if (level < 0 || !Rows.counts(plan, o)) {
            return;
        }
        makeRoom(); // which moves rows
        long start = Ladder.floor(o.second(), ladder.width(level));
        int row = firstFrom(start, head, end);
        if (row == end || startOfRow(row) != start) {
            insert(row, start);
            nextAdvance = Math.min(nextAdvance, ladder.outgrown(level, start));
        }
        Rows.add(plan, rows, row * stride + 1, o);
        for (int later = row + 1; later < end; later++) {
            Rows.addToSums(plan, rows, later * stride + 1, o);
        }
    }

    private void insert(int row, long start) {
        int at = row * stride;
        System.arraycopy(rows, at, rows, at + stride, (end - row) * stride);
        System.arraycopy(rows, at - stride, rows, at, stride);
        rows[at] = start;
        clearExtremes(at + 1);
        end++;
    }

    /** Moves tiles that have grown old into wider ones and drops those beyond the horizon. */
    void advance(long newestSecond) {
        if (newestSecond < nextAdvance) {
            return;
        }
        int top = ladder.levels() - 1;
        head = firstFrom(ladder.boundary(top, newestSecond), head, end);
        for (int level = top; level > 0; level--) {
            int from =
                    advancedTo == Long.MIN_VALUE ? head : firstFrom(ladder.boundary(level - 1, advancedTo), head, end);
            int to = firstFrom(ladder.boundary(level - 1, newestSecond), from, end);
            widen(from, to, ladder.width(level));
        }
        advancedTo = newestSecond;
        nextAdvance = nextAdvance(newestSecond);
    }

    /** Brings the tiles of some rows to a width, those that fall together into one. */
    private void widen(int from, int to, long width) {
        int kept = from;
        for (int row = from; row < to; row++) {
            long start = Ladder.floor(startOfRow(row), width);
            int at = row * stride;
            if (kept > from && startOfRow(kept - 1) == start) {
                int into = (kept - 1) * stride;
                Rows.mergeExtremes(plan, rows, at + 1, rows, into + 1);
                kept--;
            }
            System.arraycopy(rows, at, rows, kept * stride, stride); // the later row's totals hold both
            rows[kept * stride] = start;
            kept++;
        }
        if (kept < to) {
            System.arraycopy(rows, to * stride, rows, kept * stride, (end - to) * stride);
            end -= to - kept;
        }
    }

    private long nextAdvance(long newestSecond) {
        long next = Long.MAX_VALUE;
        int row = head;
        for (int level = ladder.levels() - 1; level >= 0 && row < end; level--) {
            int younger = level == 0 ? end : firstFrom(ladder.boundary(level - 1, newestSecond), row, end);
            if (row < younger) {
                next = Math.min(next, ladder.outgrown(level, startOfRow(row)));
            }
            row = younger;
        }
        return next;
    }

    /** Sets the totals of a scan to the sums of the tiles whose start lies in [tailSecond, headSecond). */
    void sum(long tailSecond, long headSecond, WindowScan scan) {
        if (!scan.goesOn(tailSecond, headSecond)) {
            scan.begin(plan, headSecond, firstFrom(headSecond, head, end));
        }
        int from = firstFrom(tailSecond, head, scan.from);
        Rows.difference(plan, rows, (scan.until - 1) * stride + 1, (from - 1) * stride + 1, scan.totals);
        for (int row = plan.extremes.length == 0 ? from : scan.from; row > from; row--) {
            Rows.mergeExtremes(plan, scan.extremes, 0, rows, (row - 1) * stride + 1);
        }
        Rows.copyExtremes(plan, scan.extremes, scan.totals);
        scan.from = from;
        scan.tail = tailSecond;
    }

    /** The first of the rows [low, high) that starts at a second or later, else {@code high}; mostly near {@code high}. */
    private int firstFrom(long second, int low, int high) {
        if (low == high || startOfRow(high - 1) < second) {
            return high;
        }
        if (startOfRow(low) >= second) {
            return low;
        }
        int before = low;
        int from = high - 1;
        for (int step = 1; from - step > before; step <<= 1) {
            if (startOfRow(from - step) < second) {
                before = from - step;
                break;
            }
            from -= step;
        }
        while (from - before > 1) {
            int middle = (before + from) >>> 1;
            if (startOfRow(middle) < second) {
                before = middle;
            } else {
                from = middle;
            }
        }
        return from;
    }

    /** Reads what the next window or event will read; see {@link GroupState#touch}. */
    long touch() {
        return rows[(head - 1) * stride] + rows[(end - 1) * stride];
    }

    private long startOfRow(int row) {
        return rows[row * stride];
    }

    private void clearExtremes(int at) {
        for (Block block : plan.extremes) {
            System.arraycopy(
                    plan.emptyRow,
                    block.minColumn(),
                    rows,
                    at + block.minColumn(),
                    block.nextColumn() - block.minColumn());
        }
    }

    /** Room for one more row: that of dropped tiles where it is a quarter, so that each row is moved a few times at most. */
    private void makeRoom() {
        int capacity = rows.length / stride;
        if (end < capacity) {
            return;
        }
        int dropped = head - 1;
        long[] larger = dropped > capacity / 4 ? rows : new long[(capacity + capacity / 2) * stride];
        System.arraycopy(rows, dropped * stride, larger, 0, (end - dropped) * stride);
        rows = larger;
        head -= dropped;
        end -= dropped;
    }
}
