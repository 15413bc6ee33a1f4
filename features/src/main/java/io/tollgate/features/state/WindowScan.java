package io.tollgate.features.state;

/**
 * Scratch space for summing the windows of one payment: windows of one head are sums of one another, so each goes on
 * where the shorter one stopped. Confined to one thread, reused for every payment.
 */
public final class WindowScan {
    /** Sum of the tiles from the head down to {@code nextTile}. */
    final long[] tileSums;

    /** What features are read off: the tiles and the payments that still stand apart. */
    final long[] totals;

    long head;
    long tail;
    int nextTile;

    public WindowScan(StatePlan plan) {
        tileSums = new long[plan.columns];
        totals = new long[plan.columns];
    }

    /** One number per column of the plan; overwritten by the next window. */
    public long[] totals() {
        return totals;
    }

    /** Before the first window of a payment. */
    public void restart() {
        head = Long.MIN_VALUE;
    }

    /** Prepares for a window; keeps the sums when the window is a longer one of the same head. */
    void window(StatePlan plan, long newHead, long newTail, int newestTile) {
        if (newHead != head || newTail > tail) {
            Tiles.clear(plan, tileSums, 0);
            head = newHead;
            nextTile = newestTile;
        }
        tail = newTail;
    }

    void copySums() {
        System.arraycopy(tileSums, 0, totals, 0, totals.length);
    }
}
