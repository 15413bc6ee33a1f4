package io.tollgate.bench.service;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What the payments of one event loop share, and the way that each of them takes. Confined to that loop. */
final class FloorLoop {
    private static final int LOOP_SHIFT = 56;

    private final FloorWork work;
    private final RedisLink redis;
    private final ModelLinks models;
    private final Journal journal;
    private final byte[] claimHead;
    private final byte[] claimTail;
    private int next;
    private long claims;

    /** @param number of this loop, so that no two claim the same key */
    FloorLoop(FloorWork work, RedisLink redis, ModelLinks models, Journal journal, int number) {
        this.work = work;
        this.redis = redis;
        this.models = models;
        this.journal = journal;
        this.claimHead = ascii("*7\r\n$3\r\nSET\r\n$23\r\nidem:{");
        String millis = Integer.toString(work.claimMillis());
        this.claimTail = ascii("}\r\n$" + work.recordBytes() + "\r\n" + "r".repeat(work.recordBytes())
                + "\r\n$2\r\nPX\r\n$" + millis.length() + "\r\n" + millis + "\r\n$2\r\nNX\r\n$3\r\nGET\r\n");
        // Unlike those of an earlier run against the same Redis.
        this.claims = (System.nanoTime() & ((1L << LOOP_SHIFT) - 1)) | ((long) number << LOOP_SHIFT);
    }

    /** Takes one payment through its three waits, then answers on the channel. */
    void serve(Channel client) {
        FloorWork.Payment payment = work.payments().get(next);
        next = (next + 1) % work.payments().size();
        redis.send(bytes(client, payment.read()), () -> score(client, payment));
    }

    private void score(Channel client, FloorWork.Payment payment) {
        models.send(bytes(client, payment.modelRequest()), () -> record(client, payment));
    }

    private void record(Channel client, FloorWork.Payment payment) {
        ByteBuf command = client.alloc().ioBuffer(claimHead.length + Long.BYTES * 2 + claimTail.length);
        command.writeBytes(claimHead);
        command.writeCharSequence(HexFormat.of().toHexDigits(claims++), StandardCharsets.US_ASCII);
        command.writeBytes(claimTail);
        redis.send(command, () -> answer(client, payment));
    }

    private void answer(Channel client, FloorWork.Payment payment) {
        journal.append(work.event());
        var unused = client.writeAndFlush(bytes(client, work.answer()), client.voidPromise());
        redis.send(bytes(client, payment.tails()), payment.tailReplies());
    }

    private static ByteBuf bytes(Channel channel, byte[] bytes) {
        return channel.alloc().ioBuffer(bytes.length).writeBytes(bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
