package io.tollgate.model.http;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.tollgate.model.call.Timers;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The event loops to work on, which belong to the caller: sharing them with the HTTP server and the store client saves
 * the thread hops that would cost more than the call.
 *
 * @param group the loops; not shut down by this module
 * @param socketChannel the channel class that fits them, such as {@code EpollSocketChannel}
 * @param datagramChannel likewise, for name look-ups
 */
public record EventLoops(
        EventLoopGroup group,
        Class<? extends SocketChannel> socketChannel,
        Class<? extends DatagramChannel> datagramChannel) {

    /** The loop of the group that the calling thread is, or null. */
    @Nullable
    EventLoop current() {
        for (EventExecutor loop : group) {
            if (loop.inEventLoop()) {
                return (EventLoop) loop;
            }
        }
        return null;
    }

    /** Timers on these loops: on the calling thread's loop where it is one, so that no other thread is woken. */
    public Timers timers() {
        return new Timers() {
            @Override
            public Pending after(Duration delay, Runnable task) {
                EventLoop current = current();
                EventLoop loop = current != null ? current : group.next();
                Future<?> scheduled = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                return () -> scheduled.cancel(false);
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }
}
