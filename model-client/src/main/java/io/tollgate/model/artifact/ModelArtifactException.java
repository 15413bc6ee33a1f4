package io.tollgate.model.artifact;

import java.nio.file.Path;

/**
 * A model directory cannot be read or written. The message is one line: the file, the problem and the remedy.
 *
 * <p>Never worth a retry: the same bytes give the same answer.
 */
public final class ModelArtifactException extends RuntimeException {

    /** {@code problem} says what is wrong with {@code file}; {@code remedy} what its owner can do. */
    public ModelArtifactException(Path file, String problem, String remedy) {
        super(file + ": " + problem + "; " + remedy);
    }

    /** As above, keeping the failure that revealed the problem. */
    public ModelArtifactException(Path file, String problem, String remedy, Throwable cause) {
        super(file + ": " + problem + "; " + remedy, cause);
    }
}
