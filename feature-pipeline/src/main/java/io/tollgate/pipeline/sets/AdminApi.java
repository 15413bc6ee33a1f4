package io.tollgate.pipeline.sets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tollgate.pipeline.command.UsageException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** One replica of the service, as an administrator sees it. Thread-safe. */
final class AdminApi {
    /** Reading a model on the other side takes up to a second. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final URI url;
    private final String token;

    /**
     * @throws UsageException when the URL or the token cannot be used
     */
    AdminApi(String url, String token) {
        if (token.isBlank()) {
            throw new UsageException("no token: set TOLLGATE_API_KEY to a bearer token with the scope admin");
        }
        try {
            this.url = URI.create(url.endsWith("/") ? url : url + "/");
        } catch (IllegalArgumentException e) {
            throw new UsageException("--url " + url + " is no URL; give one such as http://127.0.0.1:8080", e);
        }
        if (!"http".equals(this.url.getScheme()) && !"https".equals(this.url.getScheme())) {
            throw new UsageException("--url " + url + " must start with http:// or https://");
        }
        this.token = token;
    }

    /** The service has said no; its problem is the message. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * @throws RefusedException when the service refuses
     * @throws UsageException when it does not answer
     */
    JsonNode get(String path) {
        return send(request(path).GET().build());
    }

    /** Like {@link #get}, with an empty body. */
    JsonNode post(String path) {
        return send(request(path).POST(BodyPublishers.noBody()).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url.resolve(path)).timeout(TIMEOUT).header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest request) {
        HttpResponse<String> response;
        try {
            response = client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UsageException(url + " does not answer (" + e + "); check --url", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + url + " was asked", e);
        }
        JsonNode body = body(response);
        if (response.statusCode() != 200) {
            throw new RefusedException(response.statusCode() + " "
                    + body.path("title").asText("no answer of Tollgate's") + ": "
                    + body.path("detail").asText("check --url"));
        }
        return body;
    }

    private JsonNode body(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new RefusedException(url + " answered " + response.statusCode() + " with something that is no JSON;"
                    + " is it Tollgate's address?");
        }
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
