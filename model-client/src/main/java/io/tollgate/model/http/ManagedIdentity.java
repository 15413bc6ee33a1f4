package io.tollgate.model.http;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The identity that Azure gives the machine or the app itself: its metadata service grants tokens to whoever can reach it
 * from inside, and asks for a header that a forwarded request would not have.
 *
 * @param endpoint of the service, on this machine or at the link-local address of virtual machines
 * @param version of its protocol
 * @param resource such as {@code https://redis.azure.com}
 * @param clientId of the user-assigned identity; null for the system's own
 * @param header that it asks for, with its value; {@link #toString} leaves them out
 * @see <a href="https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token">On
 *     virtual machines</a>
 * @see <a href="https://learn.microsoft.com/azure/app-service/overview-managed-identity">On App Service and Container
 *     Apps</a>
 */
public record ManagedIdentity(
        URI endpoint,
        String version,
        String resource,
        @Nullable String clientId,
        Map.Entry<String, String> header) implements TokenRequest {
    /** Of virtual machines' metadata service, the same everywhere. */
    private static final String METADATA_HOST = "169.254.169.254";

    private static final URI VIRTUAL_MACHINES = URI.create("http://" + METADATA_HOST);

    public ManagedIdentity {
        boolean here = Loopback.is(endpoint.getHost()) || METADATA_HOST.equals(endpoint.getHost());
        if (!here || !"http".equals(endpoint.getScheme())) {
            throw new IllegalArgumentException("the endpoint of a managed identity must be http on this machine or on "
                    + METADATA_HOST + ", not '" + endpoint.getScheme() + "' on '" + endpoint.getHost() + "'");
        }
    }

    /** On a virtual machine, or a node of a cluster of them. */
    public static ManagedIdentity ofMachine(String resource, @Nullable String clientId) {
        return ofMachine(VIRTUAL_MACHINES, resource, clientId);
    }

    /** @param service where the metadata service is */
    public static ManagedIdentity ofMachine(URI service, String resource, @Nullable String clientId) {
        return new ManagedIdentity(
                service.resolve("/metadata/identity/oauth2/token"),
                "2018-02-01",
                resource,
                clientId,
                Map.entry("Metadata", "true"));
    }

    /**
     * In App Service, Functions and Container Apps.
     *
     * @param endpoint as the platform's {@code IDENTITY_ENDPOINT} says
     * @param secret as its {@code IDENTITY_HEADER} says
     */
    public static ManagedIdentity ofApp(URI endpoint, String secret, String resource, @Nullable String clientId) {
        return new ManagedIdentity(endpoint, "2019-08-01", resource, clientId, Map.entry("X-IDENTITY-HEADER", secret));
    }

    @Override
    public HttpRequest next() {
        String query = "?api-version=" + version + "&resource=" + URLEncoder.encode(resource, StandardCharsets.UTF_8)
                + (clientId == null ? "" : "&client_id=" + URLEncoder.encode(clientId, StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(endpoint + query))
                .timeout(OauthSettings.REQUEST_TIMEOUT)
                .header(header.getKey(), header.getValue())
                .build();
    }

    @Override
    public boolean direct() {
        return true;
    }

    @Override
    public String toString() {
        return "ManagedIdentity[" + endpoint + ", " + resource + "]";
    }
}
