package io.tollgate.pipeline.command;

import io.tollgate.model.http.TokenIdentity;
import io.tollgate.pipeline.publish.RedisTarget;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Redis holds the features. */
public final class RedisOptions {
    @Option(
            names = "--redis-uri",
            paramLabel = "URI",
            defaultValue = "${env:TOLLGATE_REDIS_URI:-redis://127.0.0.1:6379}",
            description = "Where features are published (TOLLGATE_REDIS_URI; default ${DEFAULT-VALUE}).")
    private String redisUri = "";

    @Option(
            names = "--redis-cluster",
            defaultValue = "${env:TOLLGATE_REDIS_CLUSTER:-false}",
            description = "Speak the cluster protocol (TOLLGATE_REDIS_CLUSTER).")
    private boolean redisCluster;

    @Option(
            names = "--redis-token-identity",
            paramLabel = "KIND",
            defaultValue = "${env:TOLLGATE_REDIS_TOKEN_IDENTITY:-}",
            description = "Log in with access tokens of a client, workload or managed identity"
                    + " (TOLLGATE_REDIS_TOKEN_IDENTITY). TOLLGATE_REDIS_TOKEN_USER names it for Redis;"
                    + " TOLLGATE_REDIS_TOKEN_URL, _CLIENT_ID, _CLIENT_SECRET and _SCOPE as for the service.")
    private String tokenIdentity = "";

    /**
     * @throws UsageException when the URI cannot be used
     */
    public RedisTarget target() {
        try {
            return RedisTarget.of(URI.create(redisUri), redisCluster, login(System.getenv()));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Secrets come by the environment alone: a command line is read by everybody on the machine. */
    private RedisTarget.@Nullable Login login(Map<String, String> environment) {
        TokenIdentity identity = TokenIdentity.of(
                tokenIdentity,
                environment.getOrDefault("TOLLGATE_REDIS_TOKEN_URL", ""),
                environment.getOrDefault("TOLLGATE_REDIS_TOKEN_CLIENT_ID", ""),
                environment.getOrDefault("TOLLGATE_REDIS_TOKEN_CLIENT_SECRET", ""),
                environment.getOrDefault("TOLLGATE_REDIS_TOKEN_SCOPE", "https://redis.azure.com/.default"));
        String user = environment.getOrDefault("TOLLGATE_REDIS_TOKEN_USER", "");
        if (identity != null && user.isBlank()) {
            throw new IllegalArgumentException(
                    "set TOLLGATE_REDIS_TOKEN_USER to the name that Redis knows the identity by");
        }
        return identity == null ? null : new RedisTarget.Login(user, identity);
    }

    /** The same options for another command. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--redis-uri", redisUri));
        if (redisCluster) {
            arguments.add("--redis-cluster");
        }
        if (!tokenIdentity.isBlank()) {
            arguments.addAll(List.of("--redis-token-identity", tokenIdentity));
        }
        return arguments;
    }
}
