package io.tollgate.api.outbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * @param directory one process owns it; on a disk that survives the container where events must survive it too
 * @param segmentBytes size of a file, 1 MiB to 1 GiB: small enough that a shipped one is given back soon, large enough
 *     that a new one is rare
 * @param maxBytes all files together, at least three segments (one written, one spare, one being shipped)
 * @param maxAge how long an event may wait before the bound is reached; a fraud feature older than this is history
 * @param syncInterval how often written bytes are forced to the device. A killed process loses nothing in any case, as
 *     the page cache belongs to the kernel; a machine that loses power loses at most this much. Zero leaves it to the
 *     kernel
 * @param drain how long a service that is told to end gives the hub to take what waits; the rest stays on the disk, of no
 *     use to anybody until the next start on it. At most a minute: supervisors kill what takes longer
 * @param atBound what to do with a decision whose event finds no room
 */
public record OutboxSettings(
        Path directory,
        int segmentBytes,
        long maxBytes,
        Duration maxAge,
        Duration syncInterval,
        Duration drain,
        AtBound atBound) {

    private static final int MIN_SEGMENT = 1 << 20;
    private static final int MAX_SEGMENT = 1 << 30;
    private static final Duration MAX_DRAIN = Duration.ofMinutes(1);

    /** The choice at the bound. */
    public enum AtBound {
        /** Answer, and count the event as refused: payments go on, history has a hole of known size. */
        KEEP_DECIDING,
        /** Answer 503 before deciding: no payment without its event. */
        REFUSE
    }

    public OutboxSettings {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(atBound, "atBound");
        if (segmentBytes < MIN_SEGMENT || segmentBytes > MAX_SEGMENT) {
            throw new IllegalArgumentException("outbox.segment-bytes must be between 1 MiB and 1 GiB");
        }
        if (maxBytes < 3L * segmentBytes) {
            throw new IllegalArgumentException("outbox.max-bytes must hold at least three segments");
        }
        if (maxAge.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("outbox.max-age must be at least one second");
        }
        if (syncInterval.isNegative()) {
            throw new IllegalArgumentException("outbox.sync-interval must not be negative; zero switches it off");
        }
        if (drain.isNegative() || drain.compareTo(MAX_DRAIN) > 0) {
            throw new IllegalArgumentException("outbox.drain must be between 0 and " + MAX_DRAIN.toSeconds() + " s");
        }
    }
}
