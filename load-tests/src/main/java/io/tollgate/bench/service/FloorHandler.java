package io.tollgate.bench.service;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.LastHttpContent;

/** One client's connection to the floor server. */
final class FloorHandler extends SimpleChannelInboundHandler<HttpObject> {
    private final FloorLoop loop;

    FloorHandler(FloorLoop loop) {
        this.loop = loop;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (part instanceof LastHttpContent) {
            loop.serve(context.channel());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        System.err.println("floor: " + cause);
        var unused = context.close();
    }
}
