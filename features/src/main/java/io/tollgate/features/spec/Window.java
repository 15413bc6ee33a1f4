package io.tollgate.features.spec;

import java.time.Duration;

/**
 * The past that a feature looks at, as seen from a payment at t: (t - delay - length, t - delay].
 *
 * <p>A payment counts when the start of its tile lies after the window's tail, and, for a delayed window, when its
 * tile's last second does not lie after the window's head. So a tile never adds what is older than the window or newer
 * than its head, and with one-second tiles the window is exact for timestamps in whole seconds.
 *
 * @param length W, whole seconds, at least the tile
 * @param tile whole seconds; by default the widest of {@link #DEFAULT_TILES} that is not over W/60
 * @param delay D, whole seconds; 0 for behaviour, some days for what only becomes known late
 */
public record Window(Duration length, Duration tile, Duration delay) {
    /** Longest window plus delay: two years of history. */
    public static final Duration MAX = Duration.ofDays(731);

    private static final long[] DEFAULT_TILES = {1, 5, 10, 60, 300, 1_200, 7_200, 43_200, 86_400};

    /** Windows are rounded by at most this share of their length unless a tile is given. */
    private static final int DEFAULT_TILES_PER_WINDOW = 60;

    public Window {
        requireSeconds("window", length);
        requireSeconds("tile", tile);
        requireSeconds("delay", delay);
        if (length.isZero() || tile.isZero()) {
            throw new IllegalArgumentException("window and tile must be at least 1s");
        }
        if (tile.compareTo(length) > 0) {
            throw new IllegalArgumentException("window " + FeatureCatalogue.text(length) + " is shorter than its tile "
                    + FeatureCatalogue.text(tile) + "; leave the tile out or make it smaller");
        }
        if (length.plus(delay).compareTo(MAX) > 0) {
            throw new IllegalArgumentException("window plus delay must not be over " + MAX.toDays() + "d");
        }
    }

    /** The tile that a window gets when it names none. */
    public static Duration defaultTile(Duration length) {
        long tile = DEFAULT_TILES[0];
        for (long candidate : DEFAULT_TILES) {
            if (candidate * DEFAULT_TILES_PER_WINDOW <= length.toSeconds()) {
                tile = candidate;
            }
        }
        return Duration.ofSeconds(tile);
    }

    private static void requireSeconds(String what, Duration value) {
        if (value.isNegative() || !value.equals(Duration.ofSeconds(value.toSeconds()))) {
            throw new IllegalArgumentException(what + " must be whole seconds, 0 or more");
        }
    }
}
