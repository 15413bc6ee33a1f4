package io.tollgate.api.store;

import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ByteArrayOutput;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The two commands of the hot path, spoken straight to Lettuce's protocol layer: replies land in the array that the
 * caller indexes, and each command has a deadline on the event loop's own timer. Replies come on that loop.
 *
 * <p>An error is a {@link RedisException}, or a {@link Late} when the deadline passed first.
 */
public final class RedisCommands {
    private static final ByteArrayCodec CODEC = ByteArrayCodec.INSTANCE;
    private static final byte[] MGET = WireCommand.word("MGET");
    private static final byte[] SET = WireCommand.word("SET");
    private static final byte[] PX = WireCommand.word("PX");
    private static final byte[] NX = WireCommand.word("NX");
    private static final byte[] GET = WireCommand.word("GET");

    private final LoopRedis redis;

    public RedisCommands(LoopRedis redis) {
        this.redis = redis;
    }

    /** No reply within the time given. Without a stack trace: it is an outcome, and it comes in thousands. */
    public static final class Late extends RuntimeException {
        private static final long serialVersionUID = 1;

        Late() {
            super("no reply in time", null, false, false);
        }
    }

    private static final class Disconnected extends RedisException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }

        private Disconnected() {
            super("not connected");
        }
    }

    /**
     * MGET.
     *
     * @param keys null where nothing is asked for
     * @param then given, once, the values at the places of their keys, null where there is none; or an error
     */
    void get(byte[] @Nullable [] keys, Duration timeout, Reply<byte[][]> then) {
        byte[][] values = new byte[keys.length][];
        if (!redis.cluster()) {
            get(keys, slot -> true, values, timeout, then);
            return;
        }
        int[] slots = slots(keys);
        Reply<byte[][]> each = Reply.afterAll(slots.length, values, then);
        for (int slot : slots) {
            get(keys, key -> SlotHash.getSlot(key) == slot, values, timeout, each);
        }
    }

    /** A cluster answers for keys of one slot at a time; an entity's share theirs, so there are as many as entities. */
    private static int[] slots(byte[] @Nullable [] keys) {
        return Stream.of(keys)
                .filter(key -> key != null)
                .mapToInt(SlotHash::getSlot)
                .distinct()
                .toArray();
    }

    private void get(
            byte[] @Nullable [] keys,
            Predicate<byte[]> asked,
            byte[][] values,
            Duration timeout,
            Reply<byte[][]> then) {
        List<byte[]> words = new ArrayList<>(keys.length + 1);
        words.add(MGET);
        int[] places = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            byte[] key = keys[i];
            if (key != null && asked.test(key)) {
                places[words.size() - 1] = i;
                words.add(key);
            }
        }
        dispatch(new WireCommand<>(CommandType.MGET, new Values(values, places), words.get(1), words, then), timeout);
    }

    /**
     * {@code SET key value PX ttl NX GET}: claims the key, or tells who holds it, in one atomic step (Redis 7.0 or later).
     *
     * @param then given, once, null when the key was free and is ours now, else the value it holds; or an error
     */
    void claim(byte[] key, byte[] value, Duration timeToLive, Duration timeout, Reply<byte[]> then) {
        List<byte[]> words = List.of(SET, key, value, PX, WireCommand.word(timeToLive.toMillis()), NX, GET);
        dispatch(new WireCommand<>(CommandType.SET, new ByteArrayOutput<>(CODEC), key, words, then), timeout);
    }

    private void dispatch(WireCommand<?> command, Duration timeout) {
        RedisConnection connection = redis.connection();
        if (connection == null) {
            command.fail(new Disconnected());
            return;
        }
        command.expectWithin(timeout, redis.loop());
        try {
            connection.dispatch(command);
        } catch (RedisException e) {
            // Rejected before it was sent: no connection, or the queue is at its bound.
            command.fail(e);
        }
    }

    /** Reply of MGET, written to where the caller looks. */
    private static final class Values extends CommandOutput<byte[], byte[], byte[][]> {
        private final int[] places;
        private int next;

        Values(byte[][] values, int[] places) {
            super(CODEC, values);
            this.places = places;
        }

        @Override
        public void set(@Nullable ByteBuffer bytes) {
            if (bytes != null) {
                byte[] value = new byte[bytes.remaining()];
                bytes.get(value);
                output[places[next]] = value;
            }
            next++;
        }
    }
}
