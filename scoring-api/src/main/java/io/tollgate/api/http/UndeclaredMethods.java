package io.tollgate.api.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A known resource asked by a method that it does not have is not "nothing here": 405, and the methods that it has (RFC
 * 9110, 15.5.6). What there is says the API's own description.
 */
public final class UndeclaredMethods {
    /** The API's description on the class path, served as {@code /openapi.json}. */
    static final ClassPathResource DESCRIPTION = new ClassPathResource("openapi.json");

    private final Map<String, Set<HttpMethod>> declared = new TreeMap<>();

    /**
     * @throws UncheckedIOException when the description is not on the class path
     */
    public UndeclaredMethods() {
        JsonNode paths;
        try (InputStream in = DESCRIPTION.getInputStream()) {
            paths = JsonMapper.shared().readTree(in).path("paths");
        } catch (IOException e) {
            throw new UncheckedIOException("the service's jar lacks its description, openapi.json", e);
        }
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            List<HttpMethod> methods = new ArrayList<>();
            for (String name : path.getValue().propertyNames()) {
                HttpMethod method = HttpMethod.valueOf(name.toUpperCase(Locale.ROOT));
                methods.add(method);
                if (method.equals(HttpMethod.GET)) {
                    methods.add(HttpMethod.HEAD);
                }
            }
            declared.put(path.getKey(), Set.copyOf(methods));
        }
    }

    /** Goes behind all other routes: a request that comes here had no route of its own. */
    public RouterFunction<ServerResponse> routes() {
        RouterFunctions.Builder routes = RouterFunctions.route();
        declared.forEach((path, methods) -> routes.route(
                RequestPredicates.path(path).and(request -> !methods.contains(request.method())),
                request -> refuse(methods)));
        return routes.build();
    }

    private static Mono<ServerResponse> refuse(Set<HttpMethod> methods) {
        Problem problem = Problem.of(405, "Method not allowed", "this resource has other methods; see /openapi.json");
        return ServerResponse.status(HttpStatusCode.valueOf(problem.status()))
                .header(
                        HttpHeaders.ALLOW,
                        String.join(
                                ", ",
                                methods.stream().map(HttpMethod::name).sorted().toList()))
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyValue(problem.encode());
    }
}
