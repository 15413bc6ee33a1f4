package io.tollgate.model.http;

import java.net.URI;
import java.util.Map;

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
public record OauthSettings(URI tokenUrl, String clientId, String clientSecret, Map<String, String> parameters) {

    public OauthSettings {
        boolean secure = "https".equals(tokenUrl.getScheme());
        boolean local = "http".equals(tokenUrl.getScheme()) && Loopback.is(tokenUrl.getHost());
        if (!secure && !local) {
            throw new IllegalArgumentException("the token URL must be https, or http on this machine, not '"
                    + tokenUrl.getScheme() + "' on '" + tokenUrl.getHost() + "'");
        }
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

    @Override
    public String toString() {
        return "OauthSettings[tokenUrl=" + tokenUrl + ", clientId=" + clientId + "]";
    }
}
