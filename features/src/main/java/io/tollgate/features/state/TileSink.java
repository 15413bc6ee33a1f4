package io.tollgate.features.state;

/** Where the decoder puts tiles, the oldest first. */
interface TileSink {
    /**
     * Offset in {@link #cells} of the row that the next tile is added to.
     *
     * @param start of the tile, in seconds; later than that of the one before
     */
    int row(long start);

    /** Rows of the plan's columns; another array after any call of {@link #row}. */
    long[] cells();
}
