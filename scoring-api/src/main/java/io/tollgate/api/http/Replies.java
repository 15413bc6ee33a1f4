package io.tollgate.api.http;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Answers of the routes that go through Spring. */
final class Replies {
    private Replies() {}

    static Mono<ServerResponse> json(byte[] body) {
        return json(200, body);
    }

    static Mono<ServerResponse> json(int status, byte[] body) {
        return ServerResponse.status(HttpStatusCode.valueOf(status))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body);
    }

    static Mono<ServerResponse> problem(Problem problem) {
        return ServerResponse.status(HttpStatusCode.valueOf(problem.status()))
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyValue(problem.encode());
    }
}
