package io.tollgate.api.store;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ByteArrayOutput;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The two commands of the hot path, spoken straight to Lettuce's protocol layer: replies land in the array that the
 * caller indexes, and each command has a deadline on the event loop's own timer.
 *
 * <p>An error signal is a {@link RedisException}, or a {@link Late} when the deadline passed first.
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

        private Late() {
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
     * @return values at the places of their keys, null where there is none
     */
    public Mono<byte[][]> get(byte[] @Nullable [] keys, Duration timeout) {
        byte[][] values = new byte[keys.length][];
        if (!redis.cluster()) {
            return get(keys, slot -> true, values, timeout);
        }
        return Mono.when(IntStream.of(slots(keys))
                        .mapToObj(slot -> get(keys, key -> SlotHash.getSlot(key) == slot, values, timeout))
                        .toList())
                .thenReturn(values);
    }

    /** A cluster answers for keys of one slot at a time; an entity's share theirs, so there are as many as entities. */
    private static int[] slots(byte[] @Nullable [] keys) {
        return Stream.of(keys)
                .filter(key -> key != null)
                .mapToInt(SlotHash::getSlot)
                .distinct()
                .toArray();
    }

    private Mono<byte[][]> get(byte[] @Nullable [] keys, Predicate<byte[]> asked, byte[][] values, Duration timeout) {
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
        return dispatch(new WireCommand<>(CommandType.MGET, new Values(values, places), words.get(1), words), timeout);
    }

    /**
     * {@code SET key value PX ttl NX GET}: claims the key, or tells who holds it, in one atomic step (Redis 7.0 or later).
     *
     * @return empty when the key was free and is ours now, else the value it holds
     */
    public Mono<byte[]> claim(byte[] key, byte[] value, Duration timeToLive, Duration timeout) {
        List<byte[]> words = List.of(SET, key, value, PX, WireCommand.word(timeToLive.toMillis()), NX, GET);
        return dispatch(new WireCommand<>(CommandType.SET, new ByteArrayOutput<>(CODEC), key, words), timeout);
    }

    private <T> Mono<T> dispatch(Command<byte[], byte[], T> command, Duration timeout) {
        return Mono.create(sink -> {
            RedisConnection connection = redis.connection();
            if (connection == null) {
                sink.error(new Disconnected());
                return;
            }
            AsyncCommand<byte[], byte[], T> reply = new AsyncCommand<>(command);
            Call<T> call = new Call<>(sink, reply, redis.loop(), timeout);
            var unused = reply.whenComplete(call);
            try {
                connection.dispatch(reply);
            } catch (RedisException e) {
                // Rejected before it was sent: no connection, or the queue is at its bound.
                call.accept(null, e);
            }
        });
    }

    /** One command on its way, ended once by whichever comes first: its reply, its deadline, or a caller that has gone. */
    private static final class Call<T> extends AtomicBoolean
            implements BiConsumer<@Nullable T, @Nullable Throwable>, Runnable, Disposable {
        private static final long serialVersionUID = 1;

        private final transient MonoSink<T> sink;
        private final transient AsyncCommand<byte[], byte[], T> reply;
        private final transient ScheduledFuture<?> deadline;

        Call(MonoSink<T> sink, AsyncCommand<byte[], byte[], T> reply, EventLoop loop, Duration timeout) {
            this.sink = sink;
            this.reply = reply;
            this.deadline = loop.schedule(this, timeout.toNanos(), TimeUnit.NANOSECONDS);
            sink.onCancel(this);
        }

        @Override
        public void accept(@Nullable T value, @Nullable Throwable error) {
            if (!compareAndSet(false, true)) {
                return;
            }
            deadline.cancel(false);
            if (error != null) {
                // A closed connection cancels what was sent on it.
                sink.error(error instanceof RedisException ? error : new RedisCommandExecutionException(error));
            } else if (value == null) {
                sink.success();
            } else {
                sink.success(value);
            }
        }

        /** The deadline. */
        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                reply.cancel();
                sink.error(new Late());
            }
        }

        /** Nobody waits any more. */
        @Override
        public void dispose() {
            if (compareAndSet(false, true)) {
                deadline.cancel(false);
                reply.cancel();
            }
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
