package io.tollgate.api.outbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of an outbox: segments called by the offset at which they start, and one spare, filled with zeros before
 * it is needed.
 *
 * <p>After the disk has refused a segment, nobody who is deciding a payment asks it again: the maintenance thread does,
 * and clears the state. Thread-safe.
 */
final class SegmentFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);
    private static final String SUFFIX = ".events";
    private static final String SPARE = "spare-";

    private final Path directory;
    private final int segmentBytes;
    private final AtomicLong spares = new AtomicLong();
    private volatile @Nullable Path spare;
    private volatile boolean full;

    SegmentFiles(Path directory, int segmentBytes) {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
    }

    /** The segments that are there, in order. Removes spares of an earlier run. */
    List<Segment> open() throws IOException {
        List<Path> found = new ArrayList<>();
        try (var listing = Files.list(directory)) {
            for (Path file : (Iterable<Path>) listing::iterator) {
                String name = file.getFileName().toString();
                if (name.endsWith(SUFFIX)) {
                    found.add(file);
                } else if (name.startsWith(SPARE)) {
                    Files.delete(file);
                }
            }
        }
        found.sort(null);
        List<Segment> segments = new ArrayList<>();
        for (Path file : found) {
            String name = file.getFileName().toString();
            segments.add(Segment.map(file, Long.parseLong(name.substring(0, name.length() - SUFFIX.length()))));
        }
        return segments;
    }

    /**
     * A new segment, from the spare when there is one.
     *
     * @throws IOException when the disk has no room, or had none when it was asked last
     */
    Segment create(long baseOffset) throws IOException {
        Path ready = spare;
        if (ready == null && full) {
            throw new IOException("the disk is full");
        }
        Path named = directory.resolve("%019d".formatted(baseOffset) + SUFFIX);
        // Whatever becomes of it, it is tried once.
        spare = null;
        if (ready == null || !Files.exists(ready)) {
            // Somebody who looked for room may have deleted the spare.
            ready = allocate();
        }
        // Replaces what was moved there and could then not be mapped: nothing was ever written to it.
        Files.move(ready, named, StandardCopyOption.REPLACE_EXISTING);
        return Segment.map(named, baseOffset);
    }

    /** Has a spare ready, if the disk lets it. */
    void prepareSpare() {
        if (spare != null) {
            return;
        }
        try {
            spare = allocate();
            if (full) {
                full = false;
                LOG.info("outbox: there is room in {} again", directory);
            }
        } catch (IOException e) {
            noRoom(e);
        }
    }

    boolean hasSpare() {
        return spare != null;
    }

    boolean isFull() {
        return full;
    }

    /** Said once per outage, not once per payment. */
    void noRoom(Throwable cause) {
        if (!full) {
            full = true;
            LOG.error(
                    "outbox: no room for the next {} bytes in {}; events are refused once the current segment is full."
                            + " Free space there, or give TOLLGATE_OUTBOX_DIR a larger disk: {}",
                    segmentBytes,
                    directory,
                    cause.toString());
        }
    }

    /** Allocated beside and renamed later, so that a segment's file is whole or not there. */
    private Path allocate() throws IOException {
        Path file = directory.resolve(SPARE + spares.incrementAndGet());
        Segment.allocate(file, segmentBytes);
        return file;
    }
}
