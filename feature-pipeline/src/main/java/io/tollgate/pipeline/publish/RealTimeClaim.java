package io.tollgate.pipeline.publish;

import io.tollgate.features.FeatureEngine;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * {@code fs:<version>:+real-time}: the epoch of the checkpoint whose states Redis keeps. It tells a publisher that the
 * states are there, that they are gone, or that they are somebody else's. In a cluster each node can lose what it holds
 * by itself, so there the mark is made many times, all over the slots. Stateless, thread-safe.
 */
final class RealTimeClaim {
    private static final int SLOTS = 16_384;

    /** Of a cluster: one in each 128 neighbouring slots, so that each node that owns 255 in a row has one. */
    private static final int MARKS = 128;

    private final RedisWriter writer;
    private final List<String> marks;

    RealTimeClaim(RedisWriter writer, FeatureEngine engine) {
        this.writer = writer;
        String key = "fs:" + engine.featureSet().version() + ":+real-time";
        this.marks = writer.inCluster() ? spread(key) : List.of(key);
    }

    private static List<String> spread(String key) {
        Map<Integer, String> marks = new TreeMap<>();
        for (int i = 0; marks.size() < MARKS; i++) {
            String mark = key + ":{" + i + "}";
            marks.putIfAbsent(JedisClusterCRC16.getSlot(mark) / (SLOTS / MARKS), mark);
        }
        return List.copyOf(marks.values());
    }

    /**
     * Takes the keys for a checkpoint.
     *
     * @param used whether the checkpoint has read anything, so that states must be there
     * @throws IllegalStateException when they are not, or when a newer checkpoint holds the keys
     */
    void take(long epoch, boolean used) {
        List<Long> holders = holders();
        if (holders.size() < marks.size() && used) {
            throw lost();
        }
        for (long holder : holders) {
            if (holder > epoch) {
                throw superseded(holder, epoch);
            }
        }
        writer.writeTexts(marks, Long.toString(epoch));
    }

    /**
     * @throws IllegalStateException when the keys are not the checkpoint's any more
     */
    void check(long epoch) {
        List<Long> holders = holders();
        if (holders.size() < marks.size()) {
            throw lost();
        }
        for (long holder : holders) {
            if (holder != epoch) {
                throw superseded(holder, epoch);
            }
        }
    }

    /**
     * Takes the keys for a checkpoint of the micro-batch engine, which keeps no states in Redis: the real-time engine may
     * not go on from those that are there.
     *
     * @throws IllegalStateException when they are of a newer checkpoint, so that nothing this one publishes would be newer
     */
    void release(long epoch) {
        List<Long> holders = holders();
        if (holders.stream().anyMatch(holder -> holder > epoch)) {
            throw new IllegalStateException(
                    "the real-time engine has published these keys since this checkpoint began;"
                            + " remove checkpoints/publisher to read the hub from its first message, or use --engine real-time");
        }
        if (!holders.isEmpty()) {
            writer.remove(marks);
        }
    }

    /** One for each mark that is there. */
    private List<Long> holders() {
        return writer.readTexts(marks).stream()
                .filter(Objects::nonNull)
                .map(Long::valueOf)
                .toList();
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
