package io.tollgate.model.http;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How to obtain access tokens by OAuth 2.0 client credentials.
 *
 * @param tokenUrl where tokens are granted: Databricks' {@code https://WORKSPACE/oidc/v1/token}; https, but for
 *     loopback
 * @param clientId the service principal's id
 * @param clientSecret its secret; {@link #toString} leaves it out
 * @param parameters what to send beside the grant type: {@code scope=all-apis} for Databricks, and {@code
 *     authorization_details} for its route-optimized endpoints
 */
public record OauthSettings(URI tokenUrl, String clientId, String clientSecret, Map<String, String> parameters)
        implements TokenRequest {
    /** A token endpoint that takes longer is as good as down; the old token has a fifth of its life left by then. */
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    public OauthSettings {
        requireSecure(tokenUrl);
        if (clientId.isBlank() || clientSecret.isBlank()) {
            throw new IllegalArgumentException("the OAuth client id and secret for " + tokenUrl + " must not be blank");
        }
        parameters = Map.copyOf(parameters);
    }

    /** A Databricks service principal, for the workspace at {@code https://HOST}. */
    public static OauthSettings databricks(URI workspace, String clientId, String clientSecret) {
        return new OauthSettings(
                workspace.resolve("/oidc/v1/token"), clientId, clientSecret, Map.of("scope", "all-apis"));
    }

    /** Secrets go to an issuer over TLS, or not beyond this machine. */
    static void requireSecure(URI tokenUrl) {
        boolean secure = "https".equals(tokenUrl.getScheme());
        boolean local = "http".equals(tokenUrl.getScheme()) && Loopback.is(tokenUrl.getHost());
        if (!secure && !local) {
            throw new IllegalArgumentException("the token URL must be https, or http on this machine, not '"
                    + tokenUrl.getScheme() + "' on '" + tokenUrl.getHost() + "'");
        }
    }

    /** A grant by client credentials (RFC 6749, section 4.4), without what proves the client. */
    static HttpRequest.Builder form(URI tokenUrl, Map<String, String> parameters) {
        String form = parameters.entrySet().stream()
                .map(parameter -> "&" + encode(parameter.getKey()) + "=" + encode(parameter.getValue()))
                .sorted()
                .collect(Collectors.joining("", "grant_type=client_credentials", ""));
        return HttpRequest.newBuilder(tokenUrl)
                .timeout(REQUEST_TIMEOUT)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public HttpRequest next() {
        String client = clientId + ":" + clientSecret;
        return form(tokenUrl, parameters)
                .header(
                        "authorization",
                        "Basic " + Base64.getEncoder().encodeToString(client.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    @Override
    public String toString() {
        return "OauthSettings[tokenUrl=" + tokenUrl + ", clientId=" + clientId + "]";
    }
}
