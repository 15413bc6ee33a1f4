package io.tollgate.pipeline.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a container has been read, in a file that is replaced whole: one continuation per feed range, as the SDK gave
 * them. A continuation names its range and follows the partitions' splits by itself. Confined to one thread.
 */
final class Continuations {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path file;

    Continuations(Path directory, FeedContainer container) {
        this.file = directory.resolve(container.id() + ".json").toAbsolutePath();
    }

    /**
     * The continuations of the container with this resource id; none when nothing was kept, or when what was kept belongs
     * to another container: one that was deleted and made anew starts from its beginning.
     *
     * @throws IOException when the file cannot be read or is damaged
     */
    List<String> load(String resourceId) throws IOException {
        JsonNode root;
        try {
            root = MAPPER.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (JsonProcessingException e) {
            throw damaged(e);
        }
        List<String> kept = new ArrayList<>();
        for (JsonNode each : root.path("continuations")) {
            if (!each.isTextual()) {
                throw damaged(null);
            }
            kept.add(each.textValue());
        }
        if (kept.isEmpty()) {
            throw damaged(null);
        }
        return resourceId.equals(root.path("container").textValue()) ? kept : List.of();
    }

    /** Returns when the continuations are on the disk. */
    void save(String resourceId, List<String> continuations) throws IOException {
        ObjectNode root = MAPPER.createObjectNode().put("container", resourceId);
        ArrayNode array = root.putArray("continuations");
        continuations.forEach(array::add);
        Path directory = file.getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, MAPPER.writeValueAsBytes(root));
        try (FileChannel written = FileChannel.open(next, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private IOException damaged(@Nullable Exception cause) {
        return new IOException(
                file + " is damaged; remove it to read the container from its beginning: events that come again do no"
                        + " harm",
                cause);
    }
}
