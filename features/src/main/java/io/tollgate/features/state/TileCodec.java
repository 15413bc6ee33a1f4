package io.tollgate.features.state;

import io.tollgate.features.state.StatePlan.Block;

/**
 * Tiles as bytes: level by level, the oldest and widest first, each tile as a distance in its own width. Most tiles of a
 * card hold one payment, whose amount says all that the columns do; the same is true of two.
 *
 * <pre>
 * tile    = varint(distance &lt;&lt; 2 | shape), blocks if the shape says so, contents
 * blocks  = varint: bit i is set when the plan's i-th block counts anything; left out when it is those that count all
 *           payments
 * one     = the amount, if any of the blocks keeps amounts
 * several = for each of the blocks its count, then one amount, two amounts, the greater first, or the columns
 * </pre>
 *
 * Stateless, thread-safe.
 */
final class TileCodec {
    private static final int SHAPE_BITS = 2;

    /** Bit of the shape: no block counts more than one payment, and none another amount than the others. */
    private static final int ONE = 1;

    /** Bit of the shape: the mask of the blocks follows. */
    private static final int BLOCKS = 2;

    private TileCodec() {}

    static void write(GroupState state, ByteWriter out) {
        Tiles tiles = state.tiles;
        Ladder ladder = state.plan.ladder;
        int tile = 0;
        for (int level = ladder.levels() - 1; level >= 0; level--) {
            int end = tile;
            while (end < tiles.size() && tiles.level(end) == level) {
                end++;
            }
            out.varint(end - tile);
            long width = ladder.width(level);
            long previous = Ladder.floor(state.newestSecond(), width);
            for (boolean first = true; tile < end; tile++, first = false) {
                long distance = first ? previous - tiles.start(tile) : tiles.start(tile) - previous;
                previous = tiles.start(tile);
                writeTile(distance / width, tiles, tile, state.plan, out);
            }
        }
    }

    /**
     * @throws CorruptStateException when the bytes are none that {@link #write} wrote
     */
    static void read(ByteReader in, GroupState state, TileSink sink) {
        Ladder ladder = state.plan.ladder;
        long youngest = Long.MIN_VALUE;
        for (int level = ladder.levels() - 1; level >= 0; level--) {
            int count = in.count();
            if (count == 0) {
                continue;
            }
            long width = ladder.width(level);
            long start = Ladder.floor(state.newestSecond(), width);
            for (int i = 0; i < count; i++) {
                long head = in.varint();
                long distance = (head >>> SHAPE_BITS) * width;
                start = i == 0 ? start - distance : start + distance;
                if (start <= youngest) {
                    throw new CorruptStateException("tiles are out of order");
                }
                youngest = start;
                int row = sink.row(start, level);
                readTile(in, head, sink.cells(), row, state.plan);
            }
        }
    }

    private static void writeTile(long distance, Tiles tiles, int tile, StatePlan plan, ByteWriter out) {
        long mask = tiles.counting(tile);
        boolean one = isOne(tiles, tile, mask, plan.blocks);
        boolean blocks = mask != plan.usualBlocks;
        out.varint(distance << SHAPE_BITS | (one ? ONE : 0) | (blocks ? BLOCKS : 0));
        if (blocks) {
            out.varint(mask);
        }
        if (one) {
            writeAmountOfOne(tiles, tile, mask, plan.blocks, out);
            return;
        }
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            writeBlock(tiles, tile, plan.blocks[Long.numberOfTrailingZeros(rest)], out);
        }
    }

    private static void readTile(ByteReader in, long head, long[] cells, int row, StatePlan plan) {
        Block[] blocks = plan.blocks;
        long mask = (head & BLOCKS) == 0 ? plan.usualBlocks : in.varint();
        if (blocks.length < Long.SIZE && mask >>> blocks.length != 0) {
            throw new CorruptStateException("a tile has a block that the feature set has not");
        }
        boolean one = (head & ONE) != 0;
        boolean amountRead = false;
        long cents = 0;
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            Block block = blocks[Long.numberOfTrailingZeros(rest)];
            if (!one) {
                readBlock(in, cells, row, block);
                continue;
            }
            if (!amountRead && block.amounts()) {
                cents = in.varint();
                amountRead = true;
            }
            Tiles.addOne(cells, row, block, cents);
        }
    }

    private static boolean isOne(Tiles tiles, int tile, long mask, Block[] blocks) {
        boolean amountKnown = false;
        long cents = 0;
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            Block block = blocks[Long.numberOfTrailingZeros(rest)];
            if (tiles.cell(tile, block.column()) != 1) {
                return false;
            }
            if (block.amounts()) {
                long own = tiles.cell(tile, firstAmountColumn(block));
                if (amountKnown && own != cents) {
                    return false;
                }
                amountKnown = true;
                cents = own;
            }
        }
        return true;
    }

    private static void writeAmountOfOne(Tiles tiles, int tile, long mask, Block[] blocks, ByteWriter out) {
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            Block block = blocks[Long.numberOfTrailingZeros(rest)];
            if (block.amounts()) {
                out.varint(tiles.cell(tile, firstAmountColumn(block)));
                return;
            }
        }
    }

    private static void writeBlock(Tiles tiles, int tile, Block block, ByteWriter out) {
        long count = tiles.cell(tile, block.column());
        out.varint(count);
        if (!block.amounts()) {
            return;
        }
        if (count == 1) {
            out.varint(tiles.cell(tile, firstAmountColumn(block)));
        } else if (count == 2 && block.tellsPairs()) {
            long greater = greaterOfTwo(tiles, tile, block);
            out.varint(greater).varint(smallerOfTwo(tiles, tile, block, greater));
        } else {
            writeColumns(tiles, tile, block, out);
        }
    }

    private static void readBlock(ByteReader in, long[] cells, int row, Block block) {
        long count = in.varint();
        if (!block.amounts()) {
            cells[row + block.column()] += count;
        } else if (count == 1) {
            Tiles.addOne(cells, row, block, in.varint());
        } else if (count == 2 && block.tellsPairs()) {
            Tiles.addOne(cells, row, block, in.varint());
            Tiles.addOne(cells, row, block, in.varint());
        } else {
            readColumns(in, count, cells, row, block);
        }
    }

    private static void writeColumns(Tiles tiles, int tile, Block block, ByteWriter out) {
        if (block.sum()) {
            out.varint(tiles.cell(tile, block.sumColumn()));
        }
        if (block.squares()) {
            int column = block.squaresColumn();
            out.wideVarint(tiles.cell(tile, column), tiles.cell(tile, column + 1));
        }
        if (block.min()) {
            out.varint(tiles.cell(tile, block.minColumn()));
        }
        if (block.max()) {
            out.varint(tiles.cell(tile, block.maxColumn()));
        }
    }

    private static void readColumns(ByteReader in, long count, long[] cells, int row, Block block) {
        boolean first = cells[row + block.column()] == 0;
        cells[row + block.column()] += count;
        if (block.sum()) {
            int column = row + block.sumColumn();
            cells[column] = in.varint() + (first ? 0 : cells[column]);
        }
        if (block.squares()) {
            int column = row + block.squaresColumn();
            if (first) {
                cells[column] = 0;
                cells[column + 1] = 0;
            }
            long low = in.wideVarint();
            Tiles.addWide(cells, column, low, in.wideHigh());
        }
        if (block.min()) {
            int column = row + block.minColumn();
            long min = in.varint();
            cells[column] = first ? min : Math.min(min, cells[column]);
        }
        if (block.max()) {
            int column = row + block.maxColumn();
            long max = in.varint();
            cells[column] = first ? max : Math.max(max, cells[column]);
        }
    }

    /** Of one payment the sum, the least and the greatest amount are the same; squares are never kept without the sum. */
    private static int firstAmountColumn(Block block) {
        return block.column() + 1;
    }

    private static long greaterOfTwo(Tiles tiles, int tile, Block block) {
        return block.max()
                ? tiles.cell(tile, block.maxColumn())
                : tiles.cell(tile, block.sumColumn()) - tiles.cell(tile, block.minColumn());
    }

    private static long smallerOfTwo(Tiles tiles, int tile, Block block, long greater) {
        return block.min() ? tiles.cell(tile, block.minColumn()) : tiles.cell(tile, block.sumColumn()) - greater;
    }
}
