package io.tollgate.pipeline.command;

import java.nio.file.Path;

/**
 * The folders under {@code --data-dir}.
 *
 * @param root a local path, or a URI of a file system that Hadoop knows
 */
record DataDirectory(String root) {
    DataDirectory {
        root = root.contains("://")
                ? root
                : Path.of(root).toAbsolutePath().normalize().toString();
    }

    String delta() {
        return root + "/delta";
    }

    String checkpoint(String query) {
        return root + "/checkpoints/" + query;
    }
}
