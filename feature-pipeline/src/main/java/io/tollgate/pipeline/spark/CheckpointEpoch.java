package io.tollgate.pipeline.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * When a checkpoint was first used, in seconds since 1970: the upper half of every sequence number written under it, so
 * that what a new checkpoint publishes replaces what an older one left behind.
 */
public final class CheckpointEpoch {
    private static final String FILE = "tollgate-epoch";

    private CheckpointEpoch() {}

    /** Reads the checkpoint's epoch, or fixes it now; not for two processes at once, as the checkpoint itself. */
    public static long readOrCreate(String checkpoint, Configuration hadoop, Clock clock) {
        Path path = new Path(checkpoint, FILE);
        try {
            FileSystem fs = path.getFileSystem(hadoop);
            OptionalLong fixed = read(fs, path);
            if (fixed.isPresent()) {
                return fixed.getAsLong();
            }
            long epoch = clock.instant().getEpochSecond();
            Path incomplete = new Path(checkpoint, FILE + ".incomplete");
            try (FSDataOutputStream out = fs.create(incomplete, true)) {
                out.write(Long.toString(epoch).getBytes(StandardCharsets.US_ASCII));
            }
            if (!fs.rename(incomplete, path)) {
                throw new IOException("cannot rename " + incomplete + " to " + path);
            }
            return epoch;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read or create the checkpoint's epoch " + path, e);
        }
    }

    /** The checkpoint's epoch; empty when no query has used the checkpoint yet. */
    public static OptionalLong read(String checkpoint, Configuration hadoop) {
        Path path = new Path(checkpoint, FILE);
        try {
            return read(path.getFileSystem(hadoop), path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the checkpoint's epoch " + path, e);
        }
    }

    private static OptionalLong read(FileSystem fs, Path path) throws IOException {
        if (!fs.exists(path)) {
            return OptionalLong.empty();
        }
        try (FSDataInputStream in = fs.open(path)) {
            return OptionalLong.of(Long.parseLong(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip()));
        }
    }

    /** The sequence number of a batch: later batches of one checkpoint and later checkpoints are greater. */
    public static long sequence(long epoch, long batchId) {
        if (batchId < 0 || batchId > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("batch id " + batchId + " does not fit 32 bits");
        }
        return epoch << 32 | batchId;
    }
}
