package io.tollgate.pipeline.command;

import io.tollgate.pipeline.publish.RedisTarget;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
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

    /**
     * @throws UsageException when the URI cannot be used
     */
    public RedisTarget target() {
        try {
            return RedisTarget.of(URI.create(redisUri), redisCluster);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The same options for another command. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--redis-uri", redisUri));
        if (redisCluster) {
            arguments.add("--redis-cluster");
        }
        return arguments;
    }
}
