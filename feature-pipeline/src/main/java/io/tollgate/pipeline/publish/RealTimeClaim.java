package io.tollgate.pipeline.publish;

import io.tollgate.features.FeatureEngine;
import org.jspecify.annotations.Nullable;

/**
 * {@code fs:<version>:+real-time}: the epoch of the checkpoint whose states Redis keeps. It tells a publisher that the
 * states are there, that they are gone, or that they are somebody else's. Stateless, thread-safe.
 */
final class RealTimeClaim {
    private final RedisWriter writer;
    private final String key;

    RealTimeClaim(RedisWriter writer, FeatureEngine engine) {
        this.writer = writer;
        this.key = "fs:" + engine.featureSet().version() + ":+real-time";
    }

    /**
     * Takes the keys for a checkpoint.
     *
     * @param used whether the checkpoint has read anything, so that states must be there
     * @throws IllegalStateException when they are not, or when a newer checkpoint holds the keys
     */
    void take(long epoch, boolean used) {
        Long holder = holder();
        if (holder == null && used) {
            throw lost();
        }
        if (holder != null && holder > epoch) {
            throw superseded(holder, epoch);
        }
        writer.writeText(key, Long.toString(epoch));
    }

    /**
     * @throws IllegalStateException when the keys are not the checkpoint's any more
     */
    void check(long epoch) {
        Long holder = holder();
        if (holder == null) {
            throw lost();
        }
        if (holder != epoch) {
            throw superseded(holder, epoch);
        }
    }

    /**
     * Takes the keys for a checkpoint of the micro-batch engine, which keeps no states in Redis: the real-time engine may
     * not go on from those that are there.
     *
     * @throws IllegalStateException when they are of a newer checkpoint, so that nothing this one publishes would be newer
     */
    void release(long epoch) {
        Long holder = holder();
        if (holder != null && holder > epoch) {
            throw new IllegalStateException(
                    "the real-time engine has published these keys since this checkpoint began;"
                            + " remove checkpoints/publisher to read the hub from its first message, or use --engine real-time");
        }
        if (holder != null) {
            writer.remove(key);
        }
    }

    private @Nullable Long holder() {
        String text = writer.readText(key);
        return text == null ? null : Long.valueOf(text);
    }

    private static IllegalStateException lost() {
        return new IllegalStateException("Redis has lost the states that the real-time engine keeps there; remove"
                + " checkpoints/real-time and start again: the hub is then read from its first message");
    }

    private static IllegalStateException superseded(long holder, long epoch) {
        return new IllegalStateException("a real-time publisher with a newer checkpoint (of " + holder + ", not "
                + epoch + ") has taken over; this one has to end");
    }
}
