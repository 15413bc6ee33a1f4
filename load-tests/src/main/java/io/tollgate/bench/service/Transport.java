package io.tollgate.bench.service;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Event loops with the channel classes that fit them: epoll, as the service uses, where there is one.
 *
 * @param loops daemons; shut down by whoever made them
 */
record Transport(
        EventLoopGroup loops,
        Class<? extends SocketChannel> socket,
        Class<? extends ServerSocketChannel> serverSocket) {

    static Transport of(String name, int threads) {
        DefaultThreadFactory factory = new DefaultThreadFactory(name, true);
        return Epoll.isAvailable()
                ? new Transport(
                        new MultiThreadIoEventLoopGroup(threads, factory, EpollIoHandler.newFactory()),
                        EpollSocketChannel.class,
                        EpollServerSocketChannel.class)
                : new Transport(
                        new MultiThreadIoEventLoopGroup(threads, factory, NioIoHandler.newFactory()),
                        NioSocketChannel.class,
                        NioServerSocketChannel.class);
    }
}
