package io.tollgate.features.state;

import io.tollgate.features.state.StatePlan.Block;

/**
 * Arithmetic on rows of a plan's columns, wherever they lie in an array. An empty row holds what changes nothing when it
 * is added, so that no addition asks whether it is the first. Sums are taken modulo their width, which is exact wherever
 * the sum itself fits, whatever was added and taken away on the way. Stateless, thread-safe.
 */
final class Rows {
    private Rows() {}

    /** Empties a row. */
    static void clear(StatePlan plan, long[] row, int at) {
        System.arraycopy(plan.emptyRow, 0, row, at, plan.columns);
    }

    /** Whether an observation counts in any block. */
    static boolean counts(StatePlan plan, Observation o) {
        for (Block block : plan.blocks) {
            if (counts(block, o)) {
                return true;
            }
        }
        return false;
    }

    /** Adds one observation. */
    static void add(StatePlan plan, long[] row, int at, Observation o) {
        for (Block block : plan.blocks) {
            if (counts(block, o)) {
                addOne(block, row, at, o.amountCents());
            }
        }
    }

    /** Adds one observation to the sums alone. */
    static void addToSums(StatePlan plan, long[] row, int at, Observation o) {
        for (Block block : plan.blocks) {
            if (counts(block, o)) {
                addOneToSums(block, row, at, o.amountCents());
            }
        }
    }

    private static boolean counts(Block block, Observation o) {
        return block.outcomes() == o.outcome() && o.meets(block.filter());
    }

    /** Adds one payment to a block. */
    static void addOne(Block block, long[] row, int at, long cents) {
        addOneToSums(block, row, at, cents);
        if (block.min()) {
            int column = at + block.minColumn();
            row[column] = Math.min(row[column], cents);
        }
        if (block.max()) {
            int column = at + block.maxColumn();
            row[column] = Math.max(row[column], cents);
        }
    }

    private static void addOneToSums(Block block, long[] row, int at, long cents) {
        row[at + block.column()]++;
        if (block.sum()) {
            row[at + block.sumColumn()] += cents;
        }
        if (block.squares()) {
            addWide(row, at + block.squaresColumn(), cents * cents, Math.multiplyHigh(cents, cents));
        }
    }

    /** Adds a row to a row. */
    static void merge(StatePlan plan, long[] into, int at, long[] from, int fromAt) {
        for (Block block : plan.blocks) {
            int column = block.column();
            into[at + column] += from[fromAt + column];
            if (block.sum()) {
                into[at + block.sumColumn()] += from[fromAt + block.sumColumn()];
            }
            if (block.squares()) {
                column = block.squaresColumn();
                addWide(into, at + column, from[fromAt + column], from[fromAt + column + 1]);
            }
        }
        mergeExtremes(plan, into, at, from, fromAt);
    }

    /** Adds the least and the greatest amounts of a row to a row. */
    static void mergeExtremes(StatePlan plan, long[] into, int at, long[] from, int fromAt) {
        for (Block block : plan.extremes) {
            if (block.min()) {
                int column = block.minColumn();
                into[at + column] = Math.min(into[at + column], from[fromAt + column]);
            }
            if (block.max()) {
                int column = block.maxColumn();
                into[at + column] = Math.max(into[at + column], from[fromAt + column]);
            }
        }
    }

    /** Sets the least and the greatest amounts of a row to those of another. */
    static void copyExtremes(StatePlan plan, long[] from, long[] into) {
        for (Block block : plan.extremes) {
            int column = block.minColumn();
            System.arraycopy(from, column, into, column, block.nextColumn() - column);
        }
    }

    /** Sets the sums of a row to what lies between two rows of running sums; leaves the extremes alone. */
    static void difference(StatePlan plan, long[] sums, int until, int from, long[] row) {
        for (Block block : plan.blocks) {
            int column = block.column();
            row[column] = sums[until + column] - sums[from + column];
            if (block.sum()) {
                column = block.sumColumn();
                row[column] = sums[until + column] - sums[from + column];
            }
            if (block.squares()) {
                column = block.squaresColumn();
                long low = sums[until + column];
                long lowFrom = sums[from + column];
                row[column] = low - lowFrom;
                row[column + 1] = sums[until + column + 1]
                        - sums[from + column + 1]
                        - (Long.compareUnsigned(low, lowFrom) < 0 ? 1 : 0);
            }
        }
    }

    static void addWide(long[] row, int at, long low, long high) {
        row[at] += low;
        row[at + 1] += high + (Long.compareUnsigned(row[at], low) < 0 ? 1 : 0);
    }
}
