package io.tollgate.api.http;

import io.tollgate.api.decision.Json;
import io.tollgate.api.policy.PolicyDesk;
import io.tollgate.api.policy.PolicyState;
import io.tollgate.api.policy.PolicyState.Version;
import io.tollgate.api.policy.ShadowComparison;
import io.tollgate.features.domain.Decision;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JsonGenerator;

/** Policies: which one is in force, which is tried out, and the way back. Reading needs the scope read, else admin. */
public final class PolicyRoutes {
    private final PolicyDesk live;
    private final @Nullable PolicyDesk shadow;
    private final ShadowComparison comparison;

    /**
     * @param shadow null when no policy is tried out
     */
    public PolicyRoutes(PolicyDesk live, @Nullable PolicyDesk shadow, ShadowComparison comparison) {
        this.live = live;
        this.shadow = shadow;
        this.comparison = comparison;
    }

    public RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET("/v1/policies", request -> Replies.json(view()))
                .POST("/v1/policies/rollback", this::rollBack)
                .build();
    }

    private Mono<ServerResponse> rollBack(ServerRequest request) {
        // Compiles, and therefore not here.
        return Mono.fromCallable(() -> Optional.ofNullable(live.rollBack()))
                .subscribeOn(Schedulers.boundedElastic())
                .publishOn(ConnectionLoop.of(request.exchange().getRequest()))
                .flatMap(problem -> problem.isEmpty()
                        ? Replies.json(view())
                        : Replies.problem(Problem.of(409, "Refused", problem.get())));
    }

    private byte[] view() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            PolicyState state = live.state();
            policy(json, state);
            json.writeBooleanProperty("rolledBack", state.rolledBack());
            json.writeArrayPropertyStart("previous");
            for (Version version : state.previous()) {
                json.writeStartObject();
                name(json, version);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeName("shadow");
            shadow(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private void shadow(JsonGenerator json) {
        if (shadow == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        policy(json, shadow.state());
        json.writeArrayPropertyStart("compared");
        for (Decision decision : Decision.values()) {
            for (Decision would : Decision.values()) {
                json.writeStartObject();
                json.writeStringProperty("decision", decision.name());
                json.writeStringProperty("would", would.name());
                json.writeNumberProperty("payments", comparison.count(decision, would));
                json.writeEndObject();
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void policy(JsonGenerator json, PolicyState state) {
        json.writeStringProperty("source", state.source());
        Version active = state.active();
        json.writeName("active");
        if (active == null) {
            json.writeNull();
        } else {
            json.writeStartObject();
            name(json, active);
            json.writeStringProperty("since", state.since().toString());
            json.writeEndObject();
        }
        json.writeName("problem");
        if (state.problem() == null) {
            json.writeNull();
        } else {
            json.writeString(state.problem());
        }
    }

    private static void name(JsonGenerator json, Version version) {
        json.writeStringProperty("version", version.version());
        json.writeStringProperty("hash", version.hash());
    }
}
