package io.tollgate.pipeline.spark;

import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system without permission changes.
 *
 * <p>Without Hadoop's native library each change forks a {@code chmod} process, several per micro-batch: half of the
 * publisher's latency on a laptop. New files get the process's umask instead. Used for {@code file:} paths only;
 * object stores and HDFS keep their own implementations.
 */
public final class PlainLocalFileSystem extends LocalFileSystem {
    /** For Hadoop, which creates it by reflection. */
    public PlainLocalFileSystem() {
        super(new UmaskFileSystem());
    }

    private static final class UmaskFileSystem extends RawLocalFileSystem {
        @Override
        public void setPermission(Path path, FsPermission permission) {
            // The umask holds; see the class comment.
        }
    }
}
