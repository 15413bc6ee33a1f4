package io.tollgate.bench.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One connection of a load client, with at most one request under way. Confined to its event loop. */
final class LoadConnection extends SimpleChannelInboundHandler<HttpObject> {
    private static final ByteBuf DEGRADED = text("\"degraded\":[");

    /** An answer of status 200 that does not say how it came about; the decision service has none. */
    private static final String UNTOLD = "untold";

    private static final ByteBuf APPROVED = text("\"decision\":\"APPROVE\"");

    private final LoadRun run;
    private @Nullable ChannelHandlerContext context;
    private boolean busy;
    private long due;
    private int status;
    private String degraded = UNTOLD;
    private boolean approved;

    LoadConnection(LoadRun run) {
        this.run = run;
    }

    private static ByteBuf text(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    boolean busy() {
        return busy;
    }

    long due() {
        return due;
    }

    void send(Requests requests, long dueNanos) {
        ChannelHandlerContext open = context;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        due = dueNanos;
        busy = true;
        status = 0;
        degraded = UNTOLD;
        approved = false;
        var unused = open.writeAndFlush(requests.next(open.alloc()), open.voidPromise());
    }

    void close() {
        ChannelHandlerContext open = context;
        if (open != null) {
            var unused = open.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        run.opened(this);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext read, HttpObject part) {
        if (part instanceof HttpResponse head) {
            status = head.status().code();
        }
        if (part instanceof HttpContent content && content.content().isReadable()) {
            // An answer is one packet; of one in pieces, the piece that holds the words tells.
            int codes = ByteBufUtil.indexOf(DEGRADED, content.content());
            if (codes >= 0) {
                degraded = codes(content.content(), codes + DEGRADED.readableBytes());
            }
            approved |= ByteBufUtil.indexOf(APPROVED, content.content()) >= 0;
        }
        if (part instanceof LastHttpContent && busy) {
            busy = false;
            run.answered(this, due, status, status == 200 ? degraded : "", approved);
        }
    }

    /** Nearly always none. */
    private static String codes(ByteBuf answer, int from) {
        int end = answer.indexOf(from, answer.writerIndex(), (byte) ']');
        return end <= from
                ? ""
                : answer.toString(from, end - from, StandardCharsets.US_ASCII).replace("\"", "");
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        boolean waited = busy;
        busy = false;
        run.lost(this, waited, due);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        // channelInactive counts the request.
        var unused = failed.close();
    }
}
