package io.tollgate.api.http;

import io.tollgate.api.security.Access;
import io.tollgate.api.security.Authenticator;
import io.tollgate.api.security.ClientRates;
import io.tollgate.api.security.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Guards what goes through Spring, and gives every answer its security headers. Open are health, metrics (which hold no
 * token, card or customer), the API's description and the console's files; the console's data is not.
 */
public final class SecurityFilter implements WebFilter {
    private static final String CONTENT_POLICY =
            "default-src 'self'; object-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

    private final Authenticator authenticator;
    private final ClientRates rates;

    public SecurityFilter(Authenticator authenticator, ClientRates rates) {
        this.authenticator = authenticator;
        this.rates = rates;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        headers(exchange.getResponse().getHeaders());
        Scope needed = scope(exchange.getRequest());
        if (needed == null) {
            return chain.filter(exchange);
        }
        String header = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        return authenticator
                .authenticate(header, () -> ConnectionLoop.of(exchange.getRequest()))
                .flatMap(access -> {
                    if (access instanceof Access.Denied denied) {
                        return refuse(exchange, Problem.unauthorized(denied.reason()));
                    }
                    Access.Granted granted = (Access.Granted) access;
                    if (!granted.may(needed)) {
                        return refuse(exchange, Problem.forbidden(needed.claim()));
                    }
                    int wait = rates.take(granted.client());
                    if (wait > 0) {
                        exchange.getResponse().getHeaders().set(HttpHeaders.RETRY_AFTER, Integer.toString(wait));
                        return refuse(exchange, Problem.tooMany(wait));
                    }
                    return chain.filter(exchange);
                });
    }

    private static void headers(HttpHeaders headers) {
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Content-Security-Policy", CONTENT_POLICY);
        headers.setCacheControl("no-store");
    }

    /** What a request needs; null for nothing. Anything not listed needs a token, so that nothing is open by accident. */
    private static @Nullable Scope scope(ServerHttpRequest request) {
        String path = request.getPath().value();
        if (path.equals("/actuator/prometheus")
                || path.equals("/actuator/health")
                || path.startsWith("/actuator/health/")
                || path.equals("/openapi.json")
                || path.equals("/")
                || path.equals("/console")
                || path.startsWith("/console/")) {
            return null;
        }
        boolean reads = request.getMethod().equals(HttpMethod.GET)
                || request.getMethod().equals(HttpMethod.HEAD);
        if (path.equals(AuthorizeRoute.PATH) && !reads) {
            return Scope.AUTHORIZE;
        }
        return reads ? Scope.READ : Scope.ADMIN;
    }

    /** Behind the request's body, see {@link Body#drop}; a body that breaks off or comes too slowly changes nothing. */
    private static Mono<Void> refuse(ServerWebExchange exchange, Problem problem) {
        return Body.drop(ServerHttpRequestDecorator.<HttpServerRequest>getNativeRequest(exchange.getRequest()))
                .onErrorComplete()
                .then(Mono.defer(() -> refuse(exchange.getResponse(), problem)));
    }

    static Mono<Void> refuse(ServerHttpResponse response, Problem problem) {
        response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.status() == 401) {
            response.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return response.writeWith(Mono.just(response.bufferFactory().wrap(problem.encode())));
    }
}
