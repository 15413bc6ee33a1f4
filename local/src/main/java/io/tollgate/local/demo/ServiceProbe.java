package io.tollgate.local.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the service how it is, beside the traffic. */
public final class ServiceProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final URI base;
    private final String apiKey;

    public ServiceProbe(URI base, String apiKey) {
        this.base = base;
        this.apiKey = apiKey;
    }

    /** Whether a decision can be asked for. */
    public boolean ready() throws InterruptedException {
        try {
            return get("/actuator/health/readiness").statusCode() == 200;
        } catch (IOException e) {
            return false; // nobody listens yet
        }
    }

    /**
     * @throws IOException when the service does not answer
     */
    public ApiMetrics metrics() throws IOException, InterruptedException {
        return ApiMetrics.parse(page());
    }

    /**
     * One sample without labels.
     *
     * @throws IOException when the service does not answer or has no such sample
     */
    public double metric(String name) throws IOException, InterruptedException {
        String start = name + " ";
        return page().lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(start.length())))
                .findFirst()
                .orElseThrow(() -> new IOException("the service has no metric " + name));
    }

    private String page() throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/actuator/prometheus");
        if (answer.statusCode() != 200) {
            throw new IOException("the service answers " + answer.statusCode() + " to /actuator/prometheus");
        }
        return answer.body();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + apiKey)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
