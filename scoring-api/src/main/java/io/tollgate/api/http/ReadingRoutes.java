package io.tollgate.api.http;

import io.tollgate.api.decision.Claims;
import io.tollgate.api.decision.Explanation;
import io.tollgate.api.metrics.DecisionFeed;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.TransactionId;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** All that is read: decisions, an entity's features, figures, the console. */
public final class ReadingRoutes {
    /** People ask these questions, so there is time; but a Redis that hangs must not hold the connection. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** Proxies close connections on which nothing moves for a minute. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private final Claims claims;
    private final Explanation explanation;
    private final EntityFeatures entities;
    private final StatsView stats;
    private final DecisionFeed feed;

    public ReadingRoutes(
            Claims claims, Explanation explanation, EntityFeatures entities, StatsView stats, DecisionFeed feed) {
        this.claims = claims;
        this.explanation = explanation;
        this.entities = entities;
        this.stats = stats;
        this.feed = feed;
    }

    public RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET(AuthorizeRoute.PATH + "/{transactionId}", this::decision)
                .GET("/v1/entities/{type}/{id}/features", this::features)
                .GET("/v1/stats", request -> Replies.json(stats.encode()))
                .GET("/v1/decisions/stream", this::stream)
                .GET(
                        "/openapi.json",
                        request -> ServerResponse.ok()
                                .contentType(MediaType.APPLICATION_JSON)
                                .body(BodyInserters.fromResource(UndeclaredMethods.DESCRIPTION)))
                .GET("/console", request -> redirect("/console/index.html"))
                .GET("/console/", request -> redirect("/console/index.html"))
                .GET("/", request -> redirect("/console/index.html"))
                .add(RouterFunctions.resources("/console/**", new ClassPathResource("console/")))
                .build();
    }

    private Mono<ServerResponse> decision(ServerRequest request) {
        Optional<TransactionId> id = transactionId(request.pathVariable("transactionId"));
        if (id.isEmpty()) {
            return unknownDecision();
        }
        return claims.find(id.get().value(), TIMEOUT)
                .flatMap(record -> Replies.json(explanation.encode(record)))
                .switchIfEmpty(Mono.defer(ReadingRoutes::unknownDecision))
                .onErrorResume(error -> Replies.problem(Problem.of(
                        404,
                        "Not found here",
                        "the shared store does not answer and this replica did not decide the payment; try again")));
    }

    private static Optional<TransactionId> transactionId(String text) {
        try {
            return Optional.of(new TransactionId(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Mono<ServerResponse> unknownDecision() {
        return Replies.problem(Problem.of(
                404,
                "Not found",
                "no decision under this transactionId; decisions are kept for the idempotency window"));
    }

    private Mono<ServerResponse> features(ServerRequest request) {
        String type = request.pathVariable("type");
        Optional<EntityType> entity = Arrays.stream(EntityType.values())
                .filter(known -> known.lowerCase().equals(type))
                .findFirst();
        if (entity.isEmpty()) {
            return Replies.problem(
                    Problem.of(404, "Not found", "entity types are card, account, device, merchant and ip"));
        }
        try {
            return entities.read(entity.get(), request.pathVariable("id"), TIMEOUT)
                    .flatMap(Replies::json);
        } catch (IllegalArgumentException e) {
            return Replies.problem(Problem.of(400, "Invalid identifier", "the id " + e.getMessage()));
        }
    }

    private Mono<ServerResponse> stream(ServerRequest request) {
        Flux<ServerSentEvent<String>> beats = Flux.interval(Duration.ZERO, KEEP_ALIVE)
                .map(tick -> ServerSentEvent.<String>builder().comment("alive").build());
        Flux<ServerSentEvent<String>> decisions = feed.lines()
                .map(line -> ServerSentEvent.<String>builder()
                        .event("decision")
                        .data(line)
                        .build());
        return ServerResponse.ok().body(BodyInserters.fromServerSentEvents(Flux.merge(beats, decisions)));
    }

    private static Mono<ServerResponse> redirect(String to) {
        return ServerResponse.temporaryRedirect(java.net.URI.create(to)).build();
    }
}
