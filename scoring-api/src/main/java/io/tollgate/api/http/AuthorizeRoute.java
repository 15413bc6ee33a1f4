package io.tollgate.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.tollgate.api.decision.Answer;
import io.tollgate.api.decision.Deadline;
import io.tollgate.api.decision.DecisionFlow;
import io.tollgate.api.decision.DraftReader;
import io.tollgate.api.decision.Payment;
import io.tollgate.api.decision.ServingContext;
import io.tollgate.api.decision.TraceParent;
import io.tollgate.api.security.Access;
import io.tollgate.api.security.Scope;
import io.tollgate.features.domain.AuthorizationDraft.TimeBounds;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * {@code POST /v1/authorizations}, straight on Reactor Netty: the route is taken before Spring's dispatcher, whose
 * exchange, filters and message codecs cost as much as the decision itself. Everything else the service offers goes
 * through Spring.
 */
public final class AuthorizeRoute implements NettyRouteProvider {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizeRoute.class);

    public static final String PATH = "/v1/authorizations";

    /** Several times the largest authorization with a payment system's own fields beside ours. */
    static final int MAX_BODY_BYTES = 16 * 1024;

    private static final String BUDGET_HEADER = "Tollgate-Budget-Ms";
    private static final int MAX_BUDGET_DIGITS = 6;

    private final Stage payments;
    private final StageDoor door;
    private final TimeBounds bounds;
    private final Drain drain;
    private final Clock clock;

    /**
     * @param payments what real ones are decided with
     * @param door to what rehearsed ones are decided with
     */
    public AuthorizeRoute(Stage payments, StageDoor door, TimeBounds bounds, Drain drain, Clock clock) {
        this.payments = payments;
        this.door = door;
        this.bounds = bounds;
        this.drain = drain;
        this.clock = clock;
    }

    @Override
    public HttpServerRoutes apply(HttpServerRoutes routes) {
        return routes.route(
                request -> HttpMethod.POST.equals(request.method()) && PATH.equals(request.uri()), this::handle);
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        HttpHeaders headers = request.requestHeaders();
        Stage stage = door.stageFor(headers, payments);
        return stage.authenticator()
                .authenticate(headers.get(HttpHeaderNames.AUTHORIZATION), () -> ConnectionLoop.of(request))
                .flatMap(found -> admit(stage, found, request))
                .onErrorResume(error -> Mono.just(failure(error)))
                .flatMap(reply -> send(stage, response, reply));
    }

    private Mono<Reply> admit(Stage stage, Access access, HttpServerRequest request) {
        if (!(access instanceof Access.Granted granted)) {
            return refuse(request, Reply.of(Problem.unauthorized(((Access.Denied) access).reason())));
        }
        if (!granted.may(Scope.AUTHORIZE)) {
            return refuse(request, Reply.of(Problem.forbidden(Scope.AUTHORIZE.claim())));
        }
        HttpHeaders headers = request.requestHeaders();
        int wait = stage.rates().take(granted.client());
        if (wait > 0) {
            return refuse(request, Reply.tooMany(wait));
        }
        if (!isJson(headers.get(HttpHeaderNames.CONTENT_TYPE))) {
            return refuse(request, Reply.of(Problem.mediaType()));
        }
        if (declaredLength(headers) > Body.MAX_DISCARDED) {
            return Mono.just(Reply.of(Problem.tooLarge(MAX_BODY_BYTES)));
        }
        return Body.read(request, MAX_BODY_BYTES).flatMap(body -> decide(stage, headers, body));
    }

    private static Mono<Reply> refuse(HttpServerRequest request, Reply reply) {
        return Body.drop(request).thenReturn(reply);
    }

    private Mono<Reply> decide(Stage stage, HttpHeaders headers, Body body) {
        long start = System.nanoTime();
        ServingContext context = stage.contexts().active();
        DraftReader.Result result = context.reader().read(body.bytes(), body.length(), clock.instant(), bounds);
        if (result instanceof DraftReader.Result.Rejected rejected) {
            return Mono.just(Reply.of(Problem.invalid(rejected.violations())));
        }
        DraftReader.Result.Read read = (DraftReader.Result.Read) result;
        stage.metrics().unknownFields(read.unknownFields());
        Payment payment = new Payment(
                context,
                read.authorization(),
                new Deadline(start, stage.budget().of(requestedMs(headers.get(BUDGET_HEADER)))),
                TraceParent.orNew(headers.get("traceparent")));
        return Mono.create(sink -> stage.flow().decide(payment, new DecisionFlow.Ending() {
            @Override
            public void answered(Answer answer) {
                sink.success(reply(stage, answer));
            }

            @Override
            public void failed(Throwable bug) {
                sink.error(bug);
            }
        }));
    }

    private static Reply reply(Stage stage, Answer answer) {
        if (answer instanceof Answer.Decided decided) {
            if (decided.replayed()) {
                stage.metrics().replayed();
            }
            return new Reply(200, "application/json", decided.record().answer(), decided.payment(), 0);
        }
        if (answer instanceof Answer.Conflict) {
            return Reply.of(Problem.of(
                    422,
                    "Transaction id in use",
                    "this transactionId was decided with another payload; a new payment needs a new id"));
        }
        return Reply.of(
                Problem.of(
                        503,
                        "Event log full",
                        "decisions are refused until the event hub takes events again; try again later"),
                1);
    }

    private Reply failure(Throwable error) {
        if (error instanceof Body.TooLarge) {
            return Reply.of(Problem.tooLarge(MAX_BODY_BYTES));
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
        LOG.error("a payment failed for a reason that is our own", error);
        return Reply.of(Problem.of(500, "Internal error", "the payment was not decided; the cause is in the log"));
    }

    private Mono<Void> send(Stage stage, HttpServerResponse response, Reply reply) {
        stage.metrics().answered(reply.status);
        HttpHeaders headers = response.status(HttpResponseStatus.valueOf(reply.status))
                .responseHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, reply.mediaType)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("x-content-type-options", "nosniff")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, reply.body.length);
        if (reply.payment != null) {
            headers.set("server-timing", serverTiming(reply.payment));
        }
        if (reply.status == 401) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        if (reply.status == 413 || reply.status == 408 || drain.announcing()) {
            // What was not read would be taken for the next request; and a service that stops takes none.
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (reply.retryAfter > 0) {
            headers.setInt(HttpHeaderNames.RETRY_AFTER, reply.retryAfter);
        }
        return response.sendObject(Unpooled.wrappedBuffer(reply.body)).then();
    }

    /** Durations in milliseconds (W3C Server Timing). */
    private static String serverTiming(Payment payment) {
        StringBuilder text = new StringBuilder(64);
        timing(text.append("features;dur="), payment.featureNanos());
        timing(text.append(", model;dur="), payment.modelNanos());
        timing(text.append(", policy;dur="), payment.policyNanos());
        if (payment.reasonNanos() > 0) {
            timing(text.append(", reasons;dur="), payment.reasonNanos());
        }
        return text.toString();
    }

    private static void timing(StringBuilder text, long nanos) {
        long micros = nanos / 1_000;
        text.append(micros / 1_000).append('.');
        long fraction = micros % 1_000;
        text.append((char) ('0' + fraction / 100))
                .append((char) ('0' + fraction / 10 % 10))
                .append((char) ('0' + fraction % 10));
    }

    private static boolean isJson(@Nullable String contentType) {
        String json = "application/json";
        return contentType != null
                && contentType.regionMatches(true, 0, json, 0, json.length())
                && (contentType.length() == json.length()
                        || contentType.charAt(json.length()) == ';'
                        || contentType.charAt(json.length()) == ' ');
    }

    private static long declaredLength(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** 0 when absent or not a number: an odd budget is no reason to leave a payment undecided. */
    private static int requestedMs(@Nullable String header) {
        if (header == null || header.isEmpty() || header.length() > MAX_BUDGET_DIGITS) {
            return 0;
        }
        int value = 0;
        for (int i = 0; i < header.length(); i++) {
            int digit = header.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            value = 10 * value + digit;
        }
        return value;
    }

    /**
     * What goes back over the wire.
     *
     * @param retryAfter seconds; 0 for nothing to say
     */
    @SuppressWarnings("ArrayRecordComponent") // written out at once
    private record Reply(
            int status,
            String mediaType,
            byte[] body,
            @Nullable Payment payment,
            int retryAfter) {
        static Reply of(Problem problem) {
            return of(problem, 0);
        }

        static Reply of(Problem problem, int retryAfter) {
            return new Reply(problem.status(), Problem.MEDIA_TYPE, problem.encode(), null, retryAfter);
        }

        static Reply tooMany(int seconds) {
            return of(Problem.tooMany(seconds), seconds);
        }
    }
}
