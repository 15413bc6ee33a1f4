package io.tollgate.api.http;

import io.tollgate.api.sets.FleetSwitch;
import io.tollgate.api.sets.SwitchResult;
import java.util.concurrent.CompletableFuture;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Feature sets: what there is, and which is served. Reading needs the scope read, all else admin. */
public final class FeatureSetRoutes {
    /** Spring's own bound for a body that it collects; the largest built-in set is an eighth of it. */
    private static final int MAX_BODY_BYTES = 256 * 1024;

    private final FeatureSetViews views;
    private final FleetSwitch fleet;

    public FeatureSetRoutes(FeatureSetViews views, FleetSwitch fleet) {
        this.views = views;
        this.fleet = fleet;
    }

    public RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET("/v1/feature-sets", request -> Replies.json(views.list()))
                .GET("/v1/feature-sets/{version}", this::describe)
                .POST("/v1/feature-sets", this::publish)
                .POST("/v1/feature-sets/rollback", request -> answer(request, fleet.rollBack()))
                .POST("/v1/feature-sets/{version}/activate", this::activate)
                .build();
    }

    private Mono<ServerResponse> describe(ServerRequest request) {
        byte[] body = views.describe(request.pathVariable("version"));
        return body == null
                ? Replies.problem(Problem.of(404, "Not found", "no such feature set; GET /v1/feature-sets lists them"))
                : Replies.json(body);
    }

    private Mono<ServerResponse> activate(ServerRequest request) {
        return answer(request, fleet.activate(request.pathVariable("version")));
    }

    private Mono<ServerResponse> publish(ServerRequest request) {
        return request.bodyToMono(String.class)
                .defaultIfEmpty("")
                .flatMap(text -> answer(request, fleet.publish("the body", text)))
                .onErrorResume(
                        DataBufferLimitException.class,
                        error -> Replies.problem(Problem.of(
                                413, "Too large", "a feature set is smaller than " + MAX_BODY_BYTES + " bytes")));
    }

    private static Mono<ServerResponse> answer(ServerRequest request, CompletableFuture<SwitchResult> result) {
        return Mono.fromFuture(result)
                .publishOn(ConnectionLoop.of(request.exchange().getRequest()))
                .flatMap(FeatureSetRoutes::reply);
    }

    private static Mono<ServerResponse> reply(SwitchResult result) {
        if (result instanceof SwitchResult.Switched switched) {
            return Replies.json(FeatureSetViews.switched(switched.now()));
        }
        if (result instanceof SwitchResult.Published published) {
            return Replies.json(FeatureSetViews.published(published.set()));
        }
        if (result instanceof SwitchResult.Unknown unknown) {
            return Replies.problem(Problem.of(404, "Not found", unknown.problem()));
        }
        if (result instanceof SwitchResult.Invalid invalid) {
            return Replies.problem(Problem.of(400, "Invalid feature set", invalid.problem()));
        }
        if (result instanceof SwitchResult.Refused refused) {
            return Replies.problem(Problem.of(409, "Refused", refused.problem()));
        }
        SwitchResult.Unavailable unavailable = (SwitchResult.Unavailable) result;
        return Replies.problem(Problem.of(503, "Fleet not reachable", unavailable.problem()));
    }
}
