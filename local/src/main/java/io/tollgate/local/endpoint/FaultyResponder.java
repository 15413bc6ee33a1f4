package io.tollgate.local.endpoint;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Answers, badly if asked to. Writes the bytes of its answers itself, because a codec would mend them. */
@SuppressWarnings("FutureReturnValueIgnored") // a client that went away is no concern of the server
final class FaultyResponder {
    private final ChannelHandlerContext context;

    FaultyResponder(ChannelHandlerContext context) {
        this.context = context;
    }

    void respond(Fault fault, String properBody) {
        if (fault instanceof Fault.Delay delay) {
            after(delay.by(), () -> write(response(200, properBody)));
        } else if (fault instanceof Fault.Status status) {
            write(response(status.code(), "{\"error_code\":\"FAULT\",\"message\":\"injected\"}"));
        } else if (fault instanceof Fault.Body body) {
            write(response(200, body.content()));
        } else if (fault instanceof Fault.Oversized oversized) {
            write(response(200, "[" + " ".repeat(oversized.bytes()) + "]"));
        } else if (fault instanceof Fault.Noise) {
            writeAndClose(bytes("\u0000\u0007 no protocol of this world\r\n\r\n"));
        } else if (fault instanceof Fault.HalfBody) {
            ByteBuf whole = response(200, properBody);
            writeAndClose(whole.slice(0, whole.readableBytes() - properBody.length() / 2));
        } else if (fault instanceof Fault.Trickle trickle) {
            trickle(response(200, properBody), trickle.perByte());
        } else if (fault instanceof Fault.Disconnect) {
            context.close();
        }
        // What is left is Hang: nothing is ever written.
    }

    private void trickle(ByteBuf rest, Duration perByte) {
        if (rest.isReadable() && context.channel().isActive()) {
            write(rest.readBytes(1));
            after(perByte, () -> trickle(rest, perByte));
        } else {
            rest.release();
        }
    }

    private void after(Duration delay, Runnable task) {
        context.executor().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void write(ByteBuf bytes) {
        ChannelHandlerContext codec = context.pipeline().context(HttpServerCodec.class);
        codec.writeAndFlush(bytes);
    }

    private void writeAndClose(ByteBuf bytes) {
        ChannelHandlerContext codec = context.pipeline().context(HttpServerCodec.class);
        codec.writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE);
    }

    private static ByteBuf response(int status, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        return bytes("HTTP/1.1 " + status + " -\r\ncontent-type: application/json\r\ncontent-length: " + content.length
                + "\r\n\r\n" + body);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}
