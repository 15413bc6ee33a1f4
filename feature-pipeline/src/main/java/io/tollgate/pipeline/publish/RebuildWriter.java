package io.tollgate.pipeline.publish;

import io.tollgate.features.EntityState;
import io.tollgate.features.Published;
import java.util.ArrayList;
import java.util.List;

/**
 * Publishes finished states, to fill a server that has lost its keys. Confined to one thread.
 *
 * <p>Its sequence is the smallest there is: what a running publisher has written is newer and stays, and whatever it
 * writes next replaces the backfill's.
 */
public final class RebuildWriter {
    /** Below every publisher's: theirs start at an epoch of seconds since 1970. */
    static final long SEQUENCE = 1;

    private static final byte[] NONE = {};

    private final RedisTarget target;
    private final List<EntityUpdate> waiting = new ArrayList<>();

    public RebuildWriter(RedisTarget target) {
        this.target = target;
    }

    /**
     * @param ageMs how long ago a publisher would have written the state: its keys live shorter by that, and those that
     *     would be gone by now are not written
     */
    public void add(String idHash, EntityState state, long ageMs) {
        List<EntityUpdate.Write> writes = new ArrayList<>();
        for (Published published : state.publish(idHash, SEQUENCE, System.currentTimeMillis())) {
            long remainingMs = published.timeToLive().toMillis() - ageMs;
            if (remainingMs > 0) {
                writes.add(new EntityUpdate.Write(published.key(), published.blob(), remainingMs));
            }
        }
        if (!writes.isEmpty()) {
            waiting.add(new EntityUpdate(writes, NONE, NONE, new long[0]));
        }
        if (waiting.size() >= target.pipelineDepth()) {
            flush();
        }
    }

    /** Writes what is waiting. */
    public void flush() {
        if (!waiting.isEmpty()) {
            RedisWriters.of(target).write(waiting, SEQUENCE);
            waiting.clear();
        }
    }
}
