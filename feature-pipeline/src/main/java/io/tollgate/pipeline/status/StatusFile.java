package io.tollgate.pipeline.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * The status of this process as one JSON object with a member per query, in a file that is replaced whole: a reader
 * never sees half of one. Thread-safe.
 */
public final class StatusFile {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private final Path path;
    private final Clock clock;
    private final ObjectNode root = MAPPER.createObjectNode();

    public StatusFile(Path path, Clock clock) {
        this.path = path.toAbsolutePath();
        this.clock = clock;
    }

    /**
     * Changes one query's member and writes the file.
     *
     * @param query {@code publisher}, {@code history} or {@code vectors}
     */
    public synchronized void update(String query, Consumer<ObjectNode> change) {
        change.accept(root.withObject("/" + query));
        root.put("updatedAtMs", clock.millis());
        try {
            Path directory = path.getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Path next = path.resolveSibling(path.getFileName() + ".next");
            Files.write(next, MAPPER.writeValueAsBytes(root));
            try {
                Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(next, path, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the status file " + path + "; check --status-file", e);
        }
    }
}
