package io.tollgate.api.http;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

/**
 * The event loop that a request's connection lives on. What was worked out elsewhere is answered from there: answered from
 * another thread while the request's body is still arriving, a connection may never send the answer, or miss the next
 * request.
 */
final class ConnectionLoop {
    private ConnectionLoop() {}

    static Scheduler of(HttpServerRequest request) {
        Scheduler[] loop = {Schedulers.immediate()};
        request.withConnection(connection ->
                loop[0] = Schedulers.fromExecutor(connection.channel().eventLoop()));
        return loop[0];
    }

    static Scheduler of(ServerHttpRequest request) {
        return of(ServerHttpRequestDecorator.<HttpServerRequest>getNativeRequest(request));
    }
}
