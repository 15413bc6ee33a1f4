package io.tollgate.pipeline.batches;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Spark's write-ahead log of a query that reads one topic: {@code offsets/<batch>} in its checkpoint, written before a
 * batch runs and kept for as many batches as {@code minBatchesToRetain} says. It is the authority on what a batch read.
 *
 * <p>A file is a version, a line of metadata and a line of offsets for each source (Spark's {@code OffsetSeqLog}).
 */
public final class OffsetLog {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String VERSION = "v1";

    private final FileSystem files;
    private final Path checkpoint;

    private OffsetLog(FileSystem files, Path checkpoint) {
        this.files = files;
        this.checkpoint = checkpoint;
    }

    /**
     * @param checkpoint of the query; need not be there yet
     */
    public static OffsetLog open(String checkpoint, Configuration hadoop) {
        Path path = new Path(checkpoint);
        try {
            return new OffsetLog(path.getFileSystem(hadoop), path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the checkpoint " + checkpoint, e);
        }
    }

    /** The batches that the log still holds, in their order. */
    public List<Long> batches() {
        List<Long> ids = new ArrayList<>();
        try {
            for (FileStatus file : files.listStatus(new Path(checkpoint, "offsets"))) {
                String name = file.getPath().getName();
                if (name.chars().allMatch(Character::isDigit)) {
                    ids.add(Long.valueOf(name));
                }
            }
        } catch (FileNotFoundException e) {
            return ids; // the query has not begun
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the offsets of " + checkpoint, e);
        }
        Collections.sort(ids);
        return ids;
    }

    /**
     * One batch; empty when the log has let go of it since it was listed.
     *
     * @throws IllegalStateException when the file is none that this version of Spark writes
     */
    public Optional<PlannedBatch> read(long batchId) {
        Path file = new Path(checkpoint, "offsets/" + batchId);
        return text(file).map(text -> parse(batchId, text, file.toString()));
    }

    /** Where the query began, by partition; empty when it has not begun, or the topic had no partition then. */
    public Map<Integer, Long> start() {
        Path file = new Path(checkpoint, "sources/0/0");
        // The Kafka source writes a zero byte and a version before the offsets.
        return text(file)
                .map(text -> offsets(text.substring(Math.max(0, text.indexOf('{'))), file.toString()))
                .orElse(Map.of());
    }

    private Optional<String> text(Path file) {
        try (FSDataInputStream in = files.open(file)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    static PlannedBatch parse(long batchId, String text, String source) {
        List<String> lines = text.lines().toList();
        if (lines.size() != 3 || !lines.get(0).equals(VERSION)) {
            throw unreadable(source, null);
        }
        try {
            long plannedAtMs =
                    MAPPER.readTree(lines.get(1)).path("batchTimestampMs").asLong();
            return new PlannedBatch(batchId, plannedAtMs, offsets(lines.get(2), source));
        } catch (JsonProcessingException e) {
            throw unreadable(source, e);
        }
    }

    /** As in {@code {"topic":{"0":12,"1":7}}}. */
    private static Map<Integer, Long> offsets(String json, String source) {
        try {
            JsonNode topics = MAPPER.readTree(json);
            if (!topics.isObject() || topics.size() > 1) {
                throw unreadable(source, null);
            }
            Map<Integer, Long> offsets = new TreeMap<>();
            for (JsonNode partitions : topics) {
                for (Map.Entry<String, JsonNode> partition : partitions.properties()) {
                    offsets.put(
                            Integer.valueOf(partition.getKey()),
                            partition.getValue().asLong());
                }
            }
            return offsets;
        } catch (JsonProcessingException | NumberFormatException e) {
            throw unreadable(source, e);
        }
    }

    private static IllegalStateException unreadable(String source, @Nullable Exception cause) {
        return new IllegalStateException(
                source + " is no offset log of one topic as this version of Spark writes it (" + VERSION + ")", cause);
    }
}
