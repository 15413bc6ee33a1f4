package io.tollgate.model.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A Kubernetes service account that Microsoft Entra trusts: its token, which the kubelet renews in a file, stands for a
 * client secret (RFC 7523, section 2.2).
 *
 * @param tokenUrl {@code https://login.microsoftonline.com/TENANT/oauth2/v2.0/token}; https, but for loopback
 * @param clientId the application's id
 * @param tokenFile read for each request; an hour-long token in it is replaced while the process runs
 * @param scope such as {@code https://redis.azure.com/.default}
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow">Client credentials
 *     with a federated credential</a>
 */
public record WorkloadIdentity(URI tokenUrl, String clientId, Path tokenFile, String scope) implements TokenRequest {
    /** Tokens of service accounts have about one kilobyte. */
    private static final long MAX_BYTES = 64 << 10;

    public WorkloadIdentity {
        OauthSettings.requireSecure(tokenUrl);
        if (clientId.isBlank() || scope.isBlank()) {
            throw new IllegalArgumentException("a workload identity needs a client id and a scope");
        }
    }

    @Override
    public HttpRequest next() throws IOException {
        if (Files.size(tokenFile) > MAX_BYTES) {
            throw new IOException("the federated token's file is larger than " + MAX_BYTES + " bytes");
        }
        String assertion =
                Files.readString(tokenFile, StandardCharsets.US_ASCII).strip();
        return OauthSettings.form(
                        tokenUrl,
                        Map.of(
                                "client_id",
                                clientId,
                                "scope",
                                scope,
                                "client_assertion_type",
                                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                                "client_assertion",
                                assertion))
                .build();
    }
}
