package io.tollgate.api.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Cuts the connection of a request that goes on and on. Each has had its answer by then, {@link Body#MAX_DISCARDED} bytes
 * into its body at the latest; without a bound the server would read the rest, however much, to keep the connection. One
 * for each connection.
 */
public final class BodyBound extends ChannelInboundHandlerAdapter {
    /** Time for a sender to find the answer. */
    private static final long MAX_BYTES = 2L * Body.MAX_DISCARDED;

    private long taken;

    private BodyBound() {}

    /** A server that does so. */
    public static HttpServer on(HttpServer server) {
        return server.doOnChannelInit((observer, channel, address) ->
                channel.pipeline().addAfter(NettyPipeline.HttpCodec, "tollgate.body-bound", new BodyBound()));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            taken = 0;
        } else if (message instanceof HttpContent content) {
            taken += content.content().readableBytes();
        }
        if (taken > MAX_BYTES) {
            ReferenceCountUtil.release(message);
            var unused = context.close();
        } else {
            context.fireChannelRead(message);
        }
    }
}
