package io.tollgate.pipeline.publish;

import io.tollgate.features.EntityState;
import io.tollgate.features.Published;
import java.util.ArrayList;
import java.util.List;

/**
 * Publishes finished states of a backfill, to fill a server that has lost its keys. Confined to one thread.
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

    public void add(String idHash, EntityState state) {
        List<EntityUpdate.Write> writes = new ArrayList<>();
        for (Published published : state.publish(idHash, SEQUENCE, System.currentTimeMillis())) {
            writes.add(new EntityUpdate.Write(
                    published.key(), published.blob(), published.timeToLive().toMillis()));
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
