package io.tollgate.api.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Every error that reaches Spring leaves as problem+json, without a stack trace and without what was sent. */
public final class ProblemHandler implements WebExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        if (exchange.getResponse().isCommitted()) {
            return Mono.error(error);
        }
        return SecurityFilter.refuse(exchange.getResponse(), problem(error));
    }

    private static Problem problem(Throwable error) {
        if (error instanceof ResponseStatusException status) {
            int code = status.getStatusCode().value();
            return switch (code) {
                case 404 -> Problem.of(code, "Not found", "there is nothing here; /openapi.json lists what there is");
                case 405 ->
                    Problem.of(code, "Method not allowed", "this resource has other methods; see /openapi.json");
                default -> Problem.of(code, "Bad request", "the request cannot be handled; see /openapi.json");
            };
        }
        LOG.error("a request failed for a reason that is our own", error);
        return Problem.of(500, "Internal error", "the request failed; the cause is in the log");
    }
}
