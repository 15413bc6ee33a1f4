package io.tollgate.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.tollgate.api.security.Access;
import org.reactivestreams.Publisher;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * {@code POST /v1/authorizations}, straight on Reactor Netty: the route is taken before Spring's dispatcher, whose
 * exchange, filters and message codecs cost as much as the decision itself. Everything else the service offers goes
 * through Spring, and nearly all payments take the {@link ExpressLane}: here come those that are sent in pieces, too
 * large, pipelined, or otherwise out of the ordinary.
 */
public final class AuthorizeRoute implements NettyRouteProvider {
    public static final String PATH = "/v1/authorizations";

    private final AuthorizeDesk desk;
    private final Drain drain;

    public AuthorizeRoute(AuthorizeDesk desk, Drain drain) {
        this.desk = desk;
        this.drain = drain;
    }

    @Override
    public HttpServerRoutes apply(HttpServerRoutes routes) {
        return routes.route(
                request -> HttpMethod.POST.equals(request.method()) && PATH.equals(request.uri()), this::handle);
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        HttpHeaders headers = request.requestHeaders();
        Stage stage = desk.stage(headers);
        return AuthorizeDesk.authenticate(stage, headers, () -> ConnectionLoop.of(request))
                .flatMap(access -> admit(stage, access, request))
                .onErrorResume(error -> Mono.just(failure(error)))
                .flatMap(reply -> send(stage, response, reply));
    }

    private Mono<Reply> admit(Stage stage, Access access, HttpServerRequest request) {
        HttpHeaders headers = request.requestHeaders();
        Reply refusal = AuthorizeDesk.refusal(stage, access, headers);
        if (refusal != null) {
            return Body.drop(request).thenReturn(refusal);
        }
        if (declaredLength(headers) > Body.MAX_DISCARDED) {
            return Mono.just(tooLarge());
        }
        return Body.read(request, AuthorizeDesk.MAX_BODY_BYTES)
                .flatMap(body ->
                        Mono.create(sink -> desk.decide(stage, headers, body.bytes(), body.length(), sink::success)));
    }

    private static Reply tooLarge() {
        return Reply.of(Problem.tooLarge(AuthorizeDesk.MAX_BODY_BYTES));
    }

    private static Reply failure(Throwable error) {
        if (error instanceof Body.TooLarge) {
            return tooLarge();
        }
        if (error instanceof ChannelException) {
            // Reactor Netty's own exception for a request that takes too long is not public.
            return Reply.of(
                    Problem.of(408, "Too slow", "the request was not sent to its end in time; send it in one go"));
        }
        if (AbortedException.isConnectionReset(error)) {
            // Nobody is there to read this.
            return Reply.of(Problem.of(400, "Incomplete", "the connection was closed before the request was complete"));
        }
        return AuthorizeDesk.failure(error);
    }

    private Mono<Void> send(Stage stage, HttpServerResponse response, Reply reply) {
        stage.metrics().answered(reply.status());
        // What was not read would be taken for the next request; and a service that stops takes none.
        boolean last = reply.status() == 413 || reply.status() == 408 || drain.announcing();
        reply.head(response.status(HttpResponseStatus.valueOf(reply.status())).responseHeaders(), last);
        return response.sendObject(Unpooled.wrappedBuffer(reply.body())).then();
    }

    private static long declaredLength(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
