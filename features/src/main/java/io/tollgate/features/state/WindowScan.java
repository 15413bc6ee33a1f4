package io.tollgate.features.state;

/**
 * Scratch space for summing the windows of one payment: windows of one head lie in one another, so that each is looked
 * for from where the shorter one began. Confined to one thread, reused for every payment.
 */
public final class WindowScan {
    /** What features are read off: the tiles and the payments that still stand apart. */
    final long[] totals;

    /** The least and the greatest amounts of the tiles from the head down to {@code from}; the other columns stay unused. */
    final long[] extremes;

    /** Row behind the youngest tile of the window. */
    int until;

    /** Row of the oldest tile of the window. */
    int from;

    long tail;
    private long head;

    public WindowScan(StatePlan plan) {
        totals = new long[plan.columns];
        extremes = new long[plan.columns];
    }

    /** One number per column of the plan; overwritten by the next window. */
    public long[] totals() {
        return totals;
    }

    /** Before the first window of a payment. */
    public void restart() {
        head = Long.MIN_VALUE;
    }

    /** Whether a window is a longer one of the same head. */
    boolean goesOn(long newTail, long newHead) {
        return newHead == head && newTail <= tail;
    }

    void begin(StatePlan plan, long newHead, int row) {
        head = newHead;
        until = row;
        from = row;
        Rows.clear(plan, extremes, 0);
    }
}
