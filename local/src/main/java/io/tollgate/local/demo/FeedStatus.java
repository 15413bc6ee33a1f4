package io.tollgate.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the feed says of itself in its status file.
 *
 * @param documents read and acknowledged by the hub since it started, of both containers
 */
record FeedStatus(long documents) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The status that a file holds, zero while there is no file. */
    static FeedStatus read(Path file) throws IOException {
        long documents = 0;
        try {
            for (JsonNode container : JSON.readTree(Files.readAllBytes(file))) {
                documents += container.path("documents").asLong();
            }
        } catch (NoSuchFileException e) {
            // not started yet
        }
        return new FeedStatus(documents);
    }
}
