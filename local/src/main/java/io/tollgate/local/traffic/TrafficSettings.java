package io.tollgate.local.traffic;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;

/**
 * Where payments go and how many at a time.
 *
 * @param address of the service
 * @param token bearer token
 * @param connections how many payments are under way at most, one per connection, 1 to 1,024
 * @param maxWaiting how many due payments may wait for a connection; past it they are counted as errors, because a
 *     service that is minutes behind will not catch up and memory is finite
 * @param timeout after which an answer no longer counts; far above the service's deadline, 100 ms to a minute
 */
public record TrafficSettings(
        InetSocketAddress address, String token, int connections, int maxWaiting, Duration timeout) {
    public TrafficSettings {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(token, "token");
        if (connections < 1 || connections > 1024) {
            throw new IllegalArgumentException("connections must be 1 to 1,024");
        }
        if (maxWaiting < 0 || maxWaiting > 1_000_000) {
            throw new IllegalArgumentException("waiting payments must be 0 to 1,000,000");
        }
        if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("timeout must be 100 ms to a minute");
        }
    }

    /**
     * 64 connections carry some thousands of payments a second at the service's latencies; 20,000 waiting payments are
     * minutes of a demonstration.
     */
    public static TrafficSettings to(InetSocketAddress address, String token) {
        return new TrafficSettings(address, token, 64, 20_000, Duration.ofSeconds(5));
    }
}
