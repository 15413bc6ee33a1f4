package io.tollgate.api.store;

import io.lettuce.core.RedisException;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.internal.ExceptionFactory;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A command that is written to the wire in one copy and tells its own end. Lettuce writes each word of a command, its
 * length and its line ends into the direct buffer by themselves, some fifty small copies for a read of eight keys, which
 * took as long as encoding the event; and its commands are futures around futures.
 *
 * <p>Ended once, by whichever comes first: the reply, the deadline, or a connection that is lost.
 */
final class WireCommand<T> extends Command<byte[], byte[], T> implements Runnable {
    private static final int MAX_DIGITS = 10;

    private static final AtomicIntegerFieldUpdater<WireCommand<?>> ENDED = updater();

    private final byte[] bytes;
    private final Reply<T> then;

    @SuppressWarnings("UnusedVariable") // by its updater
    private volatile int ended;

    private @Nullable ScheduledFuture<?> deadline;

    @SuppressWarnings({"unchecked", "rawtypes"}) // a class literal has no type arguments
    private static AtomicIntegerFieldUpdater<WireCommand<?>> updater() {
        return (AtomicIntegerFieldUpdater) AtomicIntegerFieldUpdater.newUpdater(WireCommand.class, "ended");
    }

    /**
     * @param type the first word, for Lettuce's books
     * @param key by which a cluster's node is found
     * @param words all of them, the first one included
     * @param then told the reply or why there is none: a {@link RedisException}, or {@link RedisCommands.Late}
     */
    WireCommand(
            ProtocolKeyword type,
            CommandOutput<byte[], byte[], T> output,
            byte[] key,
            List<byte[]> words,
            Reply<T> then) {
        super(type, output, new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(key));
        this.bytes = bytes(words);
        this.then = then;
    }

    /** To be called before it is sent. */
    void expectWithin(Duration timeout, EventLoop loop) {
        deadline = loop.schedule(this, timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The deadline. A command that waits to be written is not written any more. */
    @Override
    public void run() {
        if (end()) {
            super.cancel();
            then.told(null, new RedisCommands.Late());
        }
    }

    /** The reply has come. */
    @Override
    public void complete() {
        super.complete();
        if (end()) {
            if (output.hasError()) {
                then.told(null, ExceptionFactory.createExecutionException(output.getError()));
            } else {
                then.told(output.get(), null);
            }
        }
    }

    /** A connection that is lost, or refuses. */
    @Override
    public boolean completeExceptionally(Throwable error) {
        fail(error);
        return super.completeExceptionally(error);
    }

    /** Lettuce gives up what was sent on a connection that is closed. */
    @Override
    public void cancel() {
        super.cancel();
        fail(new RedisException("cancelled"));
    }

    void fail(Throwable error) {
        if (end()) {
            then.told(null, error instanceof RedisException ? error : new RedisException(error));
        }
    }

    private boolean end() {
        if (!ENDED.compareAndSet(this, 0, 1)) {
            return false;
        }
        ScheduledFuture<?> pending = deadline;
        if (pending != null) {
            pending.cancel(false);
        }
        return true;
    }

    static byte[] word(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] word(long number) {
        return word(Long.toString(number));
    }

    /** The words as an array of bulk strings (RESP2). */
    static byte[] bytes(List<byte[]> words) {
        int size = headBytes(words.size());
        for (byte[] word : words) {
            size += headBytes(word.length) + word.length + 2;
        }
        byte[] bytes = new byte[size];
        int at = head('*', words.size(), bytes, 0);
        for (byte[] word : words) {
            at = head('$', word.length, bytes, at);
            System.arraycopy(word, 0, bytes, at, word.length);
            at = end(bytes, at + word.length);
        }
        return bytes;
    }

    private static int headBytes(int number) {
        return 1 + digits(number) + 2;
    }

    private static int head(char type, int number, byte[] bytes, int at) {
        bytes[at] = (byte) type;
        int after = at + 1 + digits(number);
        int rest = number;
        for (int i = after - 1; i > at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end(bytes, after);
    }

    private static int end(byte[] bytes, int at) {
        bytes[at] = '\r';
        bytes[at + 1] = '\n';
        return at + 2;
    }

    private static int digits(int number) {
        int digits = 1;
        for (int rest = number; rest >= 10 && digits < MAX_DIGITS; rest /= 10) {
            digits++;
        }
        return digits;
    }

    @Override
    public void encode(ByteBuf out) {
        out.writeBytes(bytes);
    }
}
