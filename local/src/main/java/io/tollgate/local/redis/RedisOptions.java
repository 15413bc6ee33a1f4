package io.tollgate.local.redis;

import io.tollgate.local.net.LocalCertificate;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link EmbeddedRedis} is to run.
 *
 * @param port 0 for a free one
 * @param dataDir where the append-only file lives and is read from at the next start; null keeps nothing, as befits a
 *     store that can be rebuilt
 * @param tls the certificate to present, in which case there is no plain port; null for plain text
 * @param password required from every client ("AUTH"); null for none
 * @param cluster cluster mode with all 16,384 slots on this one node
 * @param maxMemoryMb past it, keys with a time to live are evicted, soonest to expire first, and writes of others are
 *     refused; 1 to 65,536
 */
public record RedisOptions(
        int port,
        @Nullable Path dataDir,
        @Nullable LocalCertificate tls,
        @Nullable String password,
        boolean cluster,
        int maxMemoryMb) {
    /** Far more than a demo fills in an hour, far less than a laptop would notice. */
    public static final int DEFAULT_MAX_MEMORY_MB = 512;

    public RedisOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("A port is 0 (free) to 65535, not " + port + ".");
        }
        if (maxMemoryMb < 1 || maxMemoryMb > 65_536) {
            throw new IllegalArgumentException("Redis memory must be 1 to 65536 MB, not " + maxMemoryMb + ".");
        }
    }

    /** Plain text, no password, nothing kept, any free port. */
    public static RedisOptions defaults() {
        return new RedisOptions(0, null, null, null, false, DEFAULT_MAX_MEMORY_MB);
    }

    public RedisOptions withPort(int value) {
        return new RedisOptions(value, dataDir, tls, password, cluster, maxMemoryMb);
    }

    public RedisOptions withDataDir(@Nullable Path value) {
        return new RedisOptions(port, value, tls, password, cluster, maxMemoryMb);
    }

    public RedisOptions withTls(@Nullable LocalCertificate value) {
        return new RedisOptions(port, dataDir, value, password, cluster, maxMemoryMb);
    }

    public RedisOptions withPassword(@Nullable String value) {
        return new RedisOptions(port, dataDir, tls, value, cluster, maxMemoryMb);
    }

    public RedisOptions withCluster(boolean value) {
        return new RedisOptions(port, dataDir, tls, password, value, maxMemoryMb);
    }

    public RedisOptions withMaxMemoryMb(int value) {
        return new RedisOptions(port, dataDir, tls, password, cluster, value);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "RedisOptions[port=" + port + ", dataDir=" + dataDir + ", tls=" + (tls != null) + ", auth="
                + (password != null) + ", cluster=" + cluster + ", maxMemoryMb=" + maxMemoryMb + "]";
    }
}
