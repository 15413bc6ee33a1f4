package io.tollgate.local.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The directory in which the demonstration keeps everything: given by the user and kept, or temporary and removed. */
final class Workspace implements AutoCloseable {
    private final Path root;
    private final boolean temporary;

    private Workspace(Path root, boolean temporary) {
        this.root = root;
        this.temporary = temporary;
    }

    static Workspace open(@Nullable Path given) throws DemoException {
        try {
            Workspace workspace = given == null
                    ? new Workspace(Files.createTempDirectory("tollgate-demo-"), true)
                    : new Workspace(Files.createDirectories(given).toAbsolutePath(), false);
            Files.createDirectories(workspace.logs());
            return workspace;
        } catch (IOException e) {
            throw DemoException.usage("cannot use " + (given == null ? "the temporary directory" : given)
                    + " as data directory: " + e.getMessage());
        }
    }

    Path root() {
        return root;
    }

    Path logs() {
        return root.resolve("logs");
    }

    Path log(String process) {
        return logs().resolve(process + ".log");
    }

    Path argfile(String process) {
        return root.resolve(process + ".args");
    }

    Path backends() {
        return root.resolve("backends");
    }

    /** Where the pipeline keeps Delta tables and checkpoints. */
    Path pipeline() {
        return root.resolve("pipeline");
    }

    /** Where a model of another feature set may be put, for a switch to it. */
    Path models() {
        return root.resolve("models");
    }

    /** Shell variables that point the other commands at what runs here. */
    Path environment() {
        return root.resolve("environment");
    }

    Path pipelineStatus() {
        return root.resolve("pipeline-status.json");
    }

    Path feedStatus() {
        return root.resolve("feed-status.json");
    }

    Path outbox() {
        return root.resolve("outbox");
    }

    boolean isTemporary() {
        return temporary;
    }

    /** Removes a temporary directory. */
    @Override
    public void close() throws IOException {
        if (temporary) {
            Directories.delete(root);
        }
    }
}
