package io.tollgate.local.endpoint;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.tollgate.model.artifact.ModelArtifact;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Routes and answers the requests of one connection. */
@SuppressWarnings("FutureReturnValueIgnored") // a client that went away is no concern of the server
final class EndpointHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final ModelArtifact artifact;
    private final Faults faults;
    private final @Nullable ClientCredentials credentials;

    EndpointHandler(ModelArtifact artifact, Faults faults, @Nullable ClientCredentials credentials) {
        this.artifact = artifact;
        this.faults = faults;
        this.credentials = credentials;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        String path = new QueryStringDecoder(request.uri()).path();
        switch (path) {
            case "/ping", "/health" -> answer(context, request, HttpResponseStatus.OK, "\n");
            case "/version" ->
                answer(
                        context,
                        request,
                        HttpResponseStatus.OK,
                        artifact.version().toString());
            case ClientCredentials.PATH -> grant(context, request);
            default -> {
                if (path.equals("/invocations") || path.endsWith("/invocations") || path.equals("/score")) {
                    invoke(context, request);
                } else {
                    error(context, request, HttpResponseStatus.NOT_FOUND, "nothing is served at " + path);
                }
            }
        }
    }

    private void grant(ChannelHandlerContext context, FullHttpRequest request) {
        String token = credentials == null
                ? null
                : credentials.grant(
                        request.headers().get(HttpHeaderNames.AUTHORIZATION),
                        request.content().toString(StandardCharsets.UTF_8));
        if (token == null) {
            error(context, request, HttpResponseStatus.UNAUTHORIZED, "invalid_client");
        } else {
            answer(context, request, HttpResponseStatus.OK, token);
        }
    }

    private void invoke(ChannelHandlerContext context, FullHttpRequest request) {
        if (!request.method().equals(HttpMethod.POST)) {
            error(context, request, HttpResponseStatus.METHOD_NOT_ALLOWED, "scores are asked for by POST");
            return;
        }
        if (credentials != null && !credentials.accepts(request.headers().get(HttpHeaderNames.AUTHORIZATION))) {
            error(context, request, HttpResponseStatus.UNAUTHORIZED, "no valid bearer token");
            return;
        }
        Fault fault = faults.take();
        try {
            Invocation invocation = Invocation.parse(ByteBufUtil.getBytes(request.content()), artifact.features());
            String body = scores(invocation);
            if (fault == null) {
                answer(context, request, HttpResponseStatus.OK, body);
            } else {
                new FaultyResponder(context).respond(fault, body);
            }
        } catch (BadInvocationException e) {
            error(context, request, HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private String scores(Invocation invocation) {
        StringJoiner scores = invocation.bareList()
                ? new StringJoiner(", ", "[", "]")
                : new StringJoiner(", ", "{\"predictions\": [", "]}");
        for (double[] row : invocation.rows()) {
            // As XGBoost's server, which answers in 32 bits.
            scores.add(Float.toString((float) artifact.ensemble().probability(row, 0)));
        }
        return scores.toString();
    }

    private static void error(
            ChannelHandlerContext context, FullHttpRequest request, HttpResponseStatus status, String message) {
        String text = message.replaceAll("[\"\\\\\\p{Cntrl}]", " ");
        answer(
                context,
                request,
                status,
                "{\"error_code\":\"" + status.reasonPhrase() + "\",\"message\":\"" + text + "\"}");
    }

    private static void answer(
            ChannelHandlerContext context, FullHttpRequest request, HttpResponseStatus status, String body) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        HttpUtil.setContentLength(response, response.content().readableBytes());
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        HttpUtil.setKeepAlive(response, keepAlive);
        var written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // the peer went away or sent no HTTP; there is nobody to tell
    }
}
