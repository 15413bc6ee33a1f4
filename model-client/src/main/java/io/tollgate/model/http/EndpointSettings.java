package io.tollgate.model.http;

import java.net.URI;
import java.time.Duration;

/**
 * Where a model endpoint is and how to reach it.
 *
 * @param url the full URL to post to: MLflow's {@code http://host:port/invocations}, Databricks' {@code
 *     https://host/serving-endpoints/NAME/invocations} or its route-optimized URL, or Azure ML's scoring URI
 * @param protocol the dialect it speaks
 * @param maxConnectionsPerLoop 1 to 1,024 open connections for each event loop; beyond, a call fails with OVERLOAD
 *     instead of waiting
 * @param connectTimeout 10 ms to 10 s; a connection that took longer than a payment's budget still serves the next one
 * @param maxIdle 1 s to 10 min after which a connection is not used again; less than the endpoint's own keep-alive
 */
public record EndpointSettings(
        URI url, InvocationProtocol protocol, int maxConnectionsPerLoop, Duration connectTimeout, Duration maxIdle) {

    public EndpointSettings {
        String scheme = String.valueOf(url.getScheme());
        boolean http = scheme.equals("http") || scheme.equals("https");
        if (!http || url.getHost() == null || url.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "the model endpoint's URL must be http(s)://host[:port]/path without credentials, not '"
                            + masked(url) + "'");
        }
        if (maxConnectionsPerLoop < 1 || maxConnectionsPerLoop > 1_024) {
            throw new IllegalArgumentException(
                    "connections to the model endpoint per event loop are 1 to 1024, not " + maxConnectionsPerLoop);
        }
        requireBetween("connect timeout", connectTimeout, Duration.ofMillis(10), Duration.ofSeconds(10));
        requireBetween("idle time", maxIdle, Duration.ofSeconds(1), Duration.ofMinutes(10));
    }

    /**
     * As many connections per loop as calls may be in flight, and some for their hedges: one loop may have them all. A second
     * to connect, and 30 s of idleness, under the 60 s of common gateways.
     */
    public static EndpointSettings of(URI url, InvocationProtocol protocol) {
        return new EndpointSettings(url, protocol, 288, Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    private static String masked(URI url) {
        return url.toString().replaceFirst("//[^/@]*@", "//...@");
    }

    private static void requireBetween(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "the model endpoint's " + name + " must be " + min + " to " + max + ", not " + value);
        }
    }

    boolean tls() {
        return url.getScheme().equals("https");
    }

    String host() {
        return url.getHost();
    }

    int port() {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return tls() ? 443 : 80;
    }

    /** The request target: path and query as given. */
    String target() {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    String authority() {
        return url.getPort() >= 0 ? url.getHost() + ":" + url.getPort() : url.getHost();
    }
}
