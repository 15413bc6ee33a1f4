package io.tollgate.bench.service;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Redis connection: commands go out as they are given, replies are told apart and thrown away, and whoever waits for
 * one is told in the order of the commands. Confined to its event loop.
 */
final class RedisLink extends ByteToMessageDecoder {
    private static final int INCOMPLETE = -1;

    /** Of a command whose reply nobody waits for. */
    private static void nobody() {}

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private @Nullable Channel channel;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    /** Sends one command. */
    void send(ByteBuf command, Runnable onReply) {
        waiting.add(onReply);
        write(command);
    }

    /** Sends commands whose replies are of no interest. */
    void send(ByteBuf commands, int replies) {
        for (int i = 0; i < replies; i++) {
            waiting.add(RedisLink::nobody);
        }
        write(commands);
    }

    private void write(ByteBuf bytes) {
        Channel open = channel;
        if (open == null) {
            throw new IllegalStateException("not connected to Redis");
        }
        var unused = open.writeAndFlush(bytes, open.voidPromise());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int end = skip(in, in.readerIndex());
        if (end != INCOMPLETE) {
            in.readerIndex(end);
            waiting.remove().run();
        }
    }

    /** The end of the reply that begins at an index. */
    private static int skip(ByteBuf in, int start) {
        int lineEnd = in.indexOf(start, in.writerIndex(), (byte) '\n');
        if (lineEnd < 0) {
            return INCOMPLETE;
        }
        int next = lineEnd + 1;
        switch (in.getByte(start)) {
            case '+', ':' -> {
                return next;
            }
            case '$' -> {
                int length = number(in, start + 1, lineEnd - 1);
                int end = length < 0 ? next : next + length + 2;
                return end <= in.writerIndex() ? end : INCOMPLETE;
            }
            case '*' -> {
                for (int left = number(in, start + 1, lineEnd - 1); left > 0 && next != INCOMPLETE; left--) {
                    next = next < in.writerIndex() ? skip(in, next) : INCOMPLETE;
                }
                return next;
            }
            default ->
                throw new IllegalStateException("Redis refuses: "
                        + in.toString(start, lineEnd - 1 - start, java.nio.charset.StandardCharsets.US_ASCII));
        }
    }

    private static int number(ByteBuf in, int from, int to) {
        boolean negative = in.getByte(from) == '-';
        int value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            value = 10 * value + in.getByte(i) - '0';
        }
        return negative ? -value : value;
    }
}
