package io.tollgate.model.http;

import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.EventExecutor;
import io.tollgate.model.FailureCause;
import io.tollgate.model.ScoreRequest;
import io.tollgate.model.call.Attempt;
import io.tollgate.model.call.Attempt.Failure;
import io.tollgate.model.call.EndpointCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model endpoint over HTTP/1.1 keep-alive connections, on the caller's event loop where the caller is on one.
 *
 * <p>Thread-safe. {@link #close} closes the connections but not the event loops.
 */
public final class HttpEndpointCall implements EndpointCall, AutoCloseable {
    private final EventLoops eventLoops;
    private final TokenSource tokens;
    private final DnsAddressResolverGroup names;
    private final List<LoopConnections> loops = new ArrayList<>();

    /**
     * Opens no connection yet.
     *
     * @param columns the names of the model's inputs
     * @param tls what to trust; null for the JDK's certificates
     * @throws IllegalArgumentException if a token would be sent unencrypted to another host
     */
    public HttpEndpointCall(
            EndpointSettings settings,
            List<String> columns,
            TokenSource tokens,
            EventLoops eventLoops,
            @Nullable SslContext tls) {
        if (!settings.tls() && tokens != TokenSource.NONE && !Loopback.is(settings.host())) {
            throw new IllegalArgumentException(
                    "a token must not be sent unencrypted to " + settings.host() + ": use an https URL or no token");
        }
        this.eventLoops = eventLoops;
        this.tokens = tokens;
        // Netty's own resolver, because the JDK's blocks the event loop.
        this.names = new DnsAddressResolverGroup(
                new DnsNameResolverBuilder().datagramChannelType(eventLoops.datagramChannel()));
        RequestEncoder encoder = new RequestEncoder(settings, columns);
        SslContext context = !settings.tls() ? null : tls != null ? tls : defaultTls();
        for (EventExecutor loop : eventLoops.group()) {
            loops.add(new LoopConnections(
                    (EventLoop) loop, eventLoops.socketChannel(), names, settings, encoder, context));
        }
    }

    private static SslContext defaultTls() {
        try {
            return SslContextBuilder.forClient().build();
        } catch (SSLException e) {
            throw new IllegalStateException("the JDK offers no TLS", e);
        }
    }

    @Override
    public CompletableFuture<Attempt> call(ScoreRequest request) {
        String token = tokens.token();
        if (token == null) {
            return CompletableFuture.completedFuture(new Failure(FailureCause.NO_TOKEN, tokens.problem()));
        }
        Exchange exchange = new Exchange(request, token);
        LoopConnections connections = connections();
        if (connections.loop().inEventLoop()) {
            connections.send(exchange);
        } else {
            connections.loop().execute(() -> connections.send(exchange));
        }
        return exchange.result();
    }

    private LoopConnections connections() {
        EventLoop current = eventLoops.current();
        EventLoop loop = current != null ? current : eventLoops.group().next();
        for (LoopConnections connections : loops) {
            if (connections.loop() == loop) {
                return connections;
            }
        }
        throw new IllegalStateException("the event loop group has changed its members");
    }

    @Override
    public void close() {
        loops.forEach(LoopConnections::close);
        names.close();
        tokens.close();
    }
}
