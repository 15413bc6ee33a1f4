package io.tollgate.features.state;

/**
 * Sums the windows of one payment while its entity's tiles are being decoded, without keeping the tiles. Windows that end
 * at the same instant lie in one another, so each tile is added once, to the ring between the shortest window that holds
 * it and the one before; a window is the sum of its rings.
 *
 * <p>For windows of one head. Confined to one thread, reused for every payment.
 */
public final class WindowRings implements TileSink {
    private final StatePlan plan;

    /** First seconds of the windows, the latest (of the shortest window) first. */
    private final long[] tails;

    /** Which of the caller's windows that is. */
    private final int[] windowOfRing;

    private final int[] ringOfWindow;

    /** A row for each ring, and one behind them for what lies in none. */
    private final long[] cells;

    private int windows;
    private long head;
    private int ring;

    public WindowRings(StatePlan plan, int maxWindows) {
        this.plan = plan;
        this.tails = new long[maxWindows];
        this.windowOfRing = new int[maxWindows];
        this.ringOfWindow = new int[maxWindows];
        this.cells = new long[(maxWindows + 1) * plan.columns];
    }

    /** Before the windows of a payment are added. */
    public void restart() {
        windows = 0;
    }

    /** Adds a window; windows are counted in the order in which they are added. */
    public void add(long atMs, long lengthMs, long delayMs, long tileSeconds) {
        head = GroupState.headSecond(atMs, delayMs, tileSeconds);
        long tail = GroupState.tailSecond(atMs, lengthMs + delayMs, tileSeconds);
        int at = windows;
        while (at > 0 && tails[at - 1] < tail) {
            tails[at] = tails[at - 1];
            windowOfRing[at] = windowOfRing[at - 1];
            at--;
        }
        tails[at] = tail;
        windowOfRing[at] = windows++;
    }

    /** After the last window was added, before tiles are decoded. */
    public void begin() {
        for (int i = 0; i <= windows; i++) {
            Rows.clear(plan, cells, i * plan.columns);
        }
        ring = windows;
    }

    @Override
    public int row(long start) {
        while (ring > 0 && start >= tails[ring - 1]) {
            ring--;
        }
        return (start < head ? ring : windows) * plan.columns;
    }

    @Override
    public long[] cells() {
        return cells;
    }

    /** After the last tile was decoded: rings become windows. */
    public void end() {
        for (int i = 0; i < windows; i++) {
            if (i > 0) {
                Rows.merge(plan, cells, i * plan.columns, cells, (i - 1) * plan.columns);
            }
            ringOfWindow[windowOfRing[i]] = i;
        }
    }

    /** First second of a window. */
    long tail(int window) {
        return tails[ringOfWindow[window]];
    }

    /** The second that the windows end before. */
    long head() {
        return head;
    }

    /** Copies the sums of a window. */
    void copySums(int window, long[] totals) {
        System.arraycopy(cells, ringOfWindow[window] * plan.columns, totals, 0, plan.columns);
    }
}
