package io.tollgate.api.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
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
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What is said to a {@code POST /v1/authorizations}, however it came. Thread-safe. */
public final class AuthorizeDesk implements ExpressLane.Desk {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizeDesk.class);

    /** Several times the largest authorization with a payment system's own fields beside ours. */
    static final int MAX_BODY_BYTES = 16 * 1024;

    private static final String BUDGET_HEADER = "Tollgate-Budget-Ms";
    private static final int MAX_BUDGET_DIGITS = 6;

    private final Stage payments;
    private final StageDoor door;
    private final TimeBounds bounds;
    private final Clock clock;

    /**
     * @param payments what real ones are decided with
     * @param door to what rehearsed ones are decided with
     */
    public AuthorizeDesk(Stage payments, StageDoor door, TimeBounds bounds, Clock clock) {
        this.payments = payments;
        this.door = door;
        this.bounds = bounds;
        this.clock = clock;
    }

    @Override
    public void serve(HttpHeaders headers, byte[] body, Supplier<Scheduler> home, Consumer<Reply> then) {
        Stage stage = stage(headers);
        Consumer<Reply> counted = reply -> {
            stage.metrics().answered(reply.status());
            then.accept(reply);
        };
        var unused = authenticate(stage, headers, home)
                .subscribe(
                        access -> {
                            Reply refusal = refusal(stage, access, headers);
                            if (refusal == null) {
                                decide(stage, headers, body, body.length, counted);
                            } else {
                                counted.accept(refusal);
                            }
                        },
                        bug -> counted.accept(failure(bug)));
    }

    Stage stage(HttpHeaders headers) {
        return door.stageFor(headers, payments);
    }

    /** See {@link io.tollgate.api.security.Authenticator#authenticate}. */
    static Mono<Access> authenticate(Stage stage, HttpHeaders headers, Supplier<Scheduler> home) {
        return stage.authenticator().authenticate(headers.get(HttpHeaderNames.AUTHORIZATION), home);
    }

    /** Why a request is not admitted; null when it is. */
    static @Nullable Reply refusal(Stage stage, Access access, HttpHeaders headers) {
        if (!(access instanceof Access.Granted granted)) {
            return Reply.of(Problem.unauthorized(((Access.Denied) access).reason()));
        }
        if (!granted.may(Scope.AUTHORIZE)) {
            return Reply.of(Problem.forbidden(Scope.AUTHORIZE.claim()));
        }
        int wait = stage.rates().take(granted.client());
        if (wait > 0) {
            return Reply.tooMany(wait);
        }
        return isJson(headers.get(HttpHeaderNames.CONTENT_TYPE)) ? null : Reply.of(Problem.mediaType());
    }

    /**
     * Decides what an admitted request asks for. Does not wait.
     *
     * @param then told the reply, exactly once, on this event loop
     */
    void decide(Stage stage, HttpHeaders headers, byte[] body, int length, Consumer<Reply> then) {
        long start = System.nanoTime();
        ServingContext context = stage.contexts().active();
        DraftReader.Result result = context.reader().read(body, length, clock.instant(), bounds);
        if (result instanceof DraftReader.Result.Rejected rejected) {
            then.accept(Reply.of(Problem.invalid(rejected.violations())));
            return;
        }
        DraftReader.Result.Read read = (DraftReader.Result.Read) result;
        stage.metrics().unknownFields(read.unknownFields());
        Payment payment = new Payment(
                context,
                read.authorization(),
                new Deadline(start, stage.budget().of(requestedMs(headers.get(BUDGET_HEADER)))),
                TraceParent.orNew(headers.get("traceparent")));
        stage.flow().decide(payment, new DecisionFlow.Ending() {
            @Override
            public void answered(Answer answer) {
                then.accept(replyOrFailure(stage, answer));
            }

            @Override
            public void failed(Throwable bug) {
                then.accept(failure(bug));
            }
        });
    }

    private static Reply replyOrFailure(Stage stage, Answer answer) {
        try {
            return reply(stage, answer);
        } catch (RuntimeException | Error bug) {
            return failure(bug);
        }
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

    /** For a reason that is our own. */
    static Reply failure(Throwable bug) {
        LOG.error("a payment failed for a reason that is our own", bug);
        return Reply.of(Problem.of(500, "Internal error", "the payment was not decided; the cause is in the log"));
    }

    private static boolean isJson(@Nullable String contentType) {
        String json = "application/json";
        return contentType != null
                && contentType.regionMatches(true, 0, json, 0, json.length())
                && (contentType.length() == json.length()
                        || contentType.charAt(json.length()) == ';'
                        || contentType.charAt(json.length()) == ' ');
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
}
