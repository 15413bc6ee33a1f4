package io.tollgate.pipeline.publish;

import io.tollgate.model.http.TokenIdentity;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where features are published.
 *
 * @param uri {@code redis://[user:password@]host:port[/db]}, {@code rediss://} for TLS
 * @param cluster whether the server speaks the cluster protocol (Redis Cluster, Azure's OSS clustering policy)
 * @param login instead of a password in the URI; null for none
 * @param timeout for connecting and for one pipeline's answer; a healthy server answers in milliseconds
 * @param pipelineDepth entities written before their answers are awaited: enough to hide the round trip, few enough
 *     that a slow server is felt at once (each is about a kilobyte)
 * @param patience how long a batch waits for a server that is down or restarting before it fails and Spark repeats it
 */
public record RedisTarget(
        URI uri, boolean cluster, @Nullable Login login, Duration timeout, int pipelineDepth, Duration patience)
        implements Serializable {
    private static final int DEPTH = 256;

    /**
     * An access token as the password.
     *
     * @param user the name that Redis knows the identity by, for Entra its object id
     */
    public record Login(String user, TokenIdentity identity) implements Serializable {}

    public RedisTarget {
        if (!"redis".equals(uri.getScheme()) && !"rediss".equals(uri.getScheme())) {
            throw new IllegalArgumentException(
                    "the Redis URI must start with redis:// or rediss://, as in redis://127.0.0.1:6379");
        }
        if (uri.getHost() == null || uri.getPort() < 1) {
            throw new IllegalArgumentException("the Redis URI must name host and port, as in redis://127.0.0.1:6379");
        }
        if (pipelineDepth < 1 || pipelineDepth > 10_000) {
            throw new IllegalArgumentException("pipelineDepth must be between 1 and 10000");
        }
        if (timeout.isNegative() || timeout.isZero() || patience.isNegative()) {
            throw new IllegalArgumentException("timeout must be positive and patience not negative");
        }
    }

    /** Two seconds for an answer, thirty for a fail-over (Azure's take up to about half of that). */
    public static RedisTarget of(URI uri, boolean cluster) {
        return of(uri, cluster, null);
    }

    /** The same, with an access token as the password. */
    public static RedisTarget of(URI uri, boolean cluster, @Nullable Login login) {
        return new RedisTarget(uri, cluster, login, Duration.ofSeconds(2), DEPTH, Duration.ofSeconds(30));
    }
}
