package io.tollgate.features.state;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * One ladder of tile widths for all windows of a group: what is young lies in narrow tiles, what is old in wide ones,
 * each tile just narrow enough for the windows whose tail it can still meet. Where the rungs lie depends on the newest
 * event alone, so that the same events give the same tiles in whatever order they came (the multi-resolution sawtooth
 * of Chronon and of exponential histograms, Datar et al. 2002).
 *
 * <p>Times in whole seconds since the epoch. Immutable, thread-safe.
 */
public final class Ladder {
    /** Payments that overlap by up to this long still see exact window tails. */
    static final long SLACK_SECONDS = 10;

    private static final Ladder NONE = new Ladder(new long[0], new long[0]);

    private final long[] widths;
    private final long[] reaches;

    private Ladder(long[] widths, long[] reaches) {
        this.widths = widths;
        this.reaches = reaches;
    }

    /** For a group without tiled windows. */
    public static Ladder none() {
        return NONE;
    }

    /**
     * @param tile width in seconds
     * @param reach window plus delay in seconds: no payment older than this is asked for
     */
    public record Need(long tile, long reach) {}

    /**
     * @throws IllegalArgumentException when the widths do not divide each other
     */
    public static Ladder of(List<Need> needs) {
        TreeMap<Long, Long> reachByTile = new TreeMap<>();
        for (Need need : needs) {
            reachByTile.merge(need.tile(), need.reach(), Math::max);
        }
        List<Long> widths = new ArrayList<>();
        List<Long> reaches = new ArrayList<>();
        long previousWidth = 1;
        long previousReach = 0;
        for (var entry : reachByTile.entrySet()) {
            if (entry.getKey() % previousWidth != 0) {
                throw new IllegalArgumentException("tiles of one group must divide each other, and " + previousWidth
                        + "s does not divide " + entry.getKey() + "s; set 'tile' so that it does");
            }
            previousWidth = entry.getKey();
            if (entry.getValue() <= previousReach) {
                // A wider tile with a shorter reach: the narrower ones already cover it.
                continue;
            }
            previousReach = entry.getValue();
            widths.add(entry.getKey());
            reaches.add(entry.getValue() + SLACK_SECONDS);
        }
        return new Ladder(toArray(widths), toArray(reaches));
    }

    int levels() {
        return widths.length;
    }

    long width(int level) {
        return widths[level];
    }

    /** The most tiles that a state can ever hold, reached by an entity that pays all the time. */
    public long maxTiles() {
        long tiles = 0;
        long from = 0;
        for (int level = 0; level < widths.length; level++) {
            tiles += (reaches[level] - from) / widths[level] + 2;
            from = reaches[level];
        }
        return tiles;
    }

    /** Seconds after which nothing is remembered. */
    long horizonSeconds() {
        return reaches.length == 0 ? 0 : reaches[reaches.length - 1];
    }

    /**
     * The start of a level's youngest second that already belongs to the next level, as of the newest event: a multiple
     * of the next level's width, so that whole tiles move.
     */
    long boundary(int level, long newestSecond) {
        long width = widths[Math.min(level + 1, widths.length - 1)];
        return floor(newestSecond - reaches[level], width);
    }

    /** The first second of a newest event as of which a tile that starts at {@code start} is too old for its level. */
    long outgrown(int level, long start) {
        long width = widths[Math.min(level + 1, widths.length - 1)];
        return reaches[level] + floor(start, width) + width;
    }

    /** The level for a second, or -1 when it is beyond the horizon. */
    int level(long second, long newestSecond) {
        for (int level = 0; level < widths.length; level++) {
            if (second >= boundary(level, newestSecond)) {
                return level;
            }
        }
        return -1;
    }

    static long floor(long second, long width) {
        return Math.floorDiv(second, width) * width;
    }

    private static long[] toArray(List<Long> list) {
        return list.stream().mapToLong(Long::longValue).toArray();
    }
}
