package io.tollgate.model.http;

import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * As whom a process asks for access tokens, as its settings say it. What {@link Kind#WORKLOAD} and {@link Kind#MANAGED}
 * need stands in environment variables that Azure's platforms set, under the names that Azure's own libraries read.
 *
 * @param url the issuer's token endpoint, for {@link Kind#CLIENT}
 * @param clientId for {@link Kind#CLIENT}
 * @param clientSecret for {@link Kind#CLIENT}; {@link #toString} leaves it out
 * @param scope of the tokens, such as {@code https://redis.azure.com/.default}
 */
public record TokenIdentity(Kind kind, String url, String clientId, String clientSecret, String scope)
        implements Serializable {
    private static final String DEFAULT_AUTHORITY = "https://login.microsoftonline.com/";
    private static final String ALL_OF_RESOURCE = "/.default";

    /** What proves the identity. */
    public enum Kind {
        /** A secret: OAuth 2.0 client credentials. */
        CLIENT,
        /**
         * A service account's token in a file: AZURE_FEDERATED_TOKEN_FILE, AZURE_CLIENT_ID, AZURE_TENANT_ID,
         * AZURE_AUTHORITY_HOST.
         */
        WORKLOAD,
        /**
         * The platform: IDENTITY_ENDPOINT and IDENTITY_HEADER, else the metadata service of virtual machines (elsewhere by
         * AZURE_POD_IDENTITY_AUTHORITY_HOST); AZURE_CLIENT_ID names a user-assigned identity.
         */
        MANAGED
    }

    /**
     * As texts of settings say it.
     *
     * @param kind in any case; empty for {@link Kind#CLIENT} where there is a URL
     * @return null when there is neither
     * @throws IllegalArgumentException when there is no such kind
     */
    public static @Nullable TokenIdentity of(
            String kind, String url, String clientId, String clientSecret, String scope) {
        if (kind.isBlank()) {
            return url.isBlank() ? null : new TokenIdentity(Kind.CLIENT, url, clientId, clientSecret, scope);
        }
        for (Kind known : Kind.values()) {
            if (known.name().equalsIgnoreCase(kind)) {
                return new TokenIdentity(known, url, clientId, clientSecret, scope);
            }
        }
        throw new IllegalArgumentException("an identity is client, workload or managed, not '" + kind + "'");
    }

    /**
     * @param environment variables of the process
     * @throws IllegalArgumentException when something is missing or cannot be used; the message names it
     */
    public TokenRequest request(Map<String, String> environment) {
        return switch (kind) {
            case CLIENT -> new OauthSettings(URI.create(url), clientId, clientSecret, Map.of("scope", scope));
            case WORKLOAD -> workload(environment);
            case MANAGED -> managed(environment);
        };
    }

    private TokenRequest workload(Map<String, String> environment) {
        String authority = environment.getOrDefault("AZURE_AUTHORITY_HOST", DEFAULT_AUTHORITY);
        URI host = URI.create(authority.endsWith("/") ? authority : authority + "/");
        return new WorkloadIdentity(
                host.resolve(required(environment, "AZURE_TENANT_ID") + "/oauth2/v2.0/token"),
                required(environment, "AZURE_CLIENT_ID"),
                Path.of(required(environment, "AZURE_FEDERATED_TOKEN_FILE")),
                scope);
    }

    private TokenRequest managed(Map<String, String> environment) {
        String resource =
                scope.endsWith(ALL_OF_RESOURCE) ? scope.substring(0, scope.length() - ALL_OF_RESOURCE.length()) : scope;
        @Nullable String user = environment.get("AZURE_CLIENT_ID");
        @Nullable String app = environment.get("IDENTITY_ENDPOINT");
        if (app != null) {
            return ManagedIdentity.ofApp(URI.create(app), required(environment, "IDENTITY_HEADER"), resource, user);
        }
        @Nullable String machine = environment.get("AZURE_POD_IDENTITY_AUTHORITY_HOST");
        return machine == null
                ? ManagedIdentity.ofMachine(resource, user)
                : ManagedIdentity.ofMachine(URI.create(machine), resource, user);
    }

    private String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(
                    "a " + kind.name().toLowerCase(Locale.ROOT) + " identity needs the environment variable " + name);
        }
        return value;
    }

    @Override
    public String toString() {
        return "TokenIdentity[" + kind + ", " + url + ", " + scope + "]";
    }
}
