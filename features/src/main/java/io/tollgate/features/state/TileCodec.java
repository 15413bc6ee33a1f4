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
        long[] own = new long[state.plan.columns];
        int tile = 0;
        for (int level = ladder.levels() - 1; level >= 0; level--) {
            long until = level == 0 ? Long.MAX_VALUE : ladder.boundary(level - 1, state.newestSecond());
            int end = tile;
            while (end < tiles.size() && tiles.start(end) < until) {
                end++;
            }
            out.varint(end - tile);
            long width = ladder.width(level);
            long previous = Ladder.floor(state.newestSecond(), width);
            for (boolean first = true; tile < end; tile++, first = false) {
                long distance = first ? previous - tiles.start(tile) : tiles.start(tile) - previous;
                previous = tiles.start(tile);
                tiles.copy(tile, own);
                writeTile(distance / width, own, state.plan, out);
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
                int row = sink.row(start);
                readTile(in, head, sink.cells(), row, state.plan);
            }
        }
    }

    private static void writeTile(long distance, long[] own, StatePlan plan, ByteWriter out) {
        long mask = counting(own, plan.blocks);
        boolean one = isOne(own, mask, plan.blocks);
        boolean blocks = mask != plan.usualBlocks;
        out.varint(distance << SHAPE_BITS | (one ? ONE : 0) | (blocks ? BLOCKS : 0));
        if (blocks) {
            out.varint(mask);
        }
        if (one) {
            writeAmountOfOne(own, mask, plan.blocks, out);
            return;
        }
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            writeBlock(own, plan.blocks[Long.numberOfTrailingZeros(rest)], out);
        }
    }

    /** Which blocks of a tile count anything: bit i for the plan's i-th. */
    private static long counting(long[] own, Block[] blocks) {
        long mask = 0;
        for (int i = 0; i < blocks.length; i++) {
            if (own[blocks[i].column()] != 0) {
                mask |= 1L << i;
            }
        }
        return mask;
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
            Rows.addOne(block, cells, row, cents);
        }
    }

    private static boolean isOne(long[] own, long mask, Block[] blocks) {
        boolean amountKnown = false;
        long cents = 0;
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            Block block = blocks[Long.numberOfTrailingZeros(rest)];
            if (own[block.column()] != 1) {
                return false;
            }
            if (block.amounts()) {
                long amount = own[firstAmountColumn(block)];
                if (amountKnown && amount != cents) {
                    return false;
                }
                amountKnown = true;
                cents = amount;
            }
        }
        return true;
    }

    private static void writeAmountOfOne(long[] own, long mask, Block[] blocks, ByteWriter out) {
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            Block block = blocks[Long.numberOfTrailingZeros(rest)];
            if (block.amounts()) {
                out.varint(own[firstAmountColumn(block)]);
                return;
            }
        }
    }

    private static void writeBlock(long[] own, Block block, ByteWriter out) {
        long count = own[block.column()];
        out.varint(count);
        if (!block.amounts()) {
            return;
        }
        if (count == 1) {
            out.varint(own[firstAmountColumn(block)]);
        } else if (count == 2 && block.tellsPairs()) {
            long greater = greaterOfTwo(own, block);
            out.varint(greater).varint(smallerOfTwo(own, block, greater));
        } else {
            writeColumns(own, block, out);
        }
    }

    private static void readBlock(ByteReader in, long[] cells, int row, Block block) {
        long count = in.varint();
        if (!block.amounts()) {
            cells[row + block.column()] += count;
        } else if (count == 1) {
            Rows.addOne(block, cells, row, in.varint());
        } else if (count == 2 && block.tellsPairs()) {
            Rows.addOne(block, cells, row, in.varint());
            Rows.addOne(block, cells, row, in.varint());
        } else {
            readColumns(in, count, cells, row, block);
        }
    }

    private static void writeColumns(long[] own, Block block, ByteWriter out) {
        if (block.sum()) {
            out.varint(own[block.sumColumn()]);
        }
        if (block.squares()) {
            int column = block.squaresColumn();
            out.wideVarint(own[column], own[column + 1]);
        }
        if (block.min()) {
            out.varint(own[block.minColumn()]);
        }
        if (block.max()) {
            out.varint(own[block.maxColumn()]);
        }
    }

    private static void readColumns(ByteReader in, long count, long[] cells, int row, Block block) {
        cells[row + block.column()] += count;
        if (block.sum()) {
            cells[row + block.sumColumn()] += in.varint();
        }
        if (block.squares()) {
            long low = in.wideVarint();
            Rows.addWide(cells, row + block.squaresColumn(), low, in.wideHigh());
        }
        if (block.min()) {
            int column = row + block.minColumn();
            cells[column] = Math.min(cells[column], in.varint());
        }
        if (block.max()) {
            int column = row + block.maxColumn();
            cells[column] = Math.max(cells[column], in.varint());
        }
    }

    /** Of one payment the sum, the least and the greatest amount are the same; squares are never kept without the sum. */
    private static int firstAmountColumn(Block block) {
        return block.column() + 1;
    }

    private static long greaterOfTwo(long[] own, Block block) {
        return block.max() ? own[block.maxColumn()] : own[block.sumColumn()] - own[block.minColumn()];
    }

    private static long smallerOfTwo(long[] own, Block block, long greater) {
        return block.min() ? own[block.minColumn()] : own[block.sumColumn()] - greater;
    }
}
