package io.tollgate.pipeline.feed;

import com.azure.cosmos.CosmosAsyncClient;
import com.azure.cosmos.CosmosClientBuilder;
import com.azure.cosmos.DirectConnectionConfig;
import com.azure.cosmos.GatewayConnectionConfig;
import com.azure.cosmos.ThrottlingRetryOptions;
import java.net.URI;
import java.time.Duration;

/**
 * The Cosmos DB account that is read.
 *
 * @param endpoint as the portal shows it, https
 * @param key of the account; a read-only one is enough
 * @param database holds the two containers
 * @param mode how the service is reached
 * @param endpointDiscovery whether to follow the account's own list of regional endpoints; off where the account names
 *     hosts that cannot be reached from here, such as behind a private endpoint or a stand-in
 */
record CosmosSource(URI endpoint, String key, String database, Mode mode, boolean endpointDiscovery) {
    /** Of one request that is throttled; after it the error is ours, and the feed backs off by itself. */
    private static final int MAX_THROTTLE_RETRIES = 9;

    /** The longest that one request waits for its throttling to end: shorter than an orderly stop may take. */
    private static final Duration MAX_THROTTLE_WAIT = Duration.ofSeconds(5);

    /** How the service is reached. */
    enum Mode {
        /** HTTPS through the gateway: one port, passes every firewall. */
        GATEWAY,
        /** TCP to the replicas: fewer hops, needs ports 10000 to 20000. */
        DIRECT
    }

    CosmosSource {
        if (!"https".equals(endpoint.getScheme()) || endpoint.getHost() == null) {
            throw new IllegalArgumentException("the Cosmos DB endpoint must be an https address, as in"
                    + " https://NAME.documents.azure.com:443/; set TOLLGATE_COSMOS_ENDPOINT");
        }
        if (key.isBlank()) {
            throw new IllegalArgumentException(
                    "the Cosmos DB key is missing; set TOLLGATE_COSMOS_KEY to one of the account's keys");
        }
        if (database.isBlank()) {
            throw new IllegalArgumentException("the Cosmos DB database is missing; set TOLLGATE_COSMOS_DATABASE");
        }
    }

    /** Opens a client; the caller closes it. */
    CosmosAsyncClient open() {
        ThrottlingRetryOptions throttling = new ThrottlingRetryOptions()
                .setMaxRetryAttemptsOnThrottledRequests(MAX_THROTTLE_RETRIES)
                .setMaxRetryWaitTime(MAX_THROTTLE_WAIT);
        CosmosClientBuilder builder = new CosmosClientBuilder()
                .endpoint(endpoint.toString())
                .key(key)
                .userAgentSuffix("tollgate-feed")
                .endpointDiscoveryEnabled(endpointDiscovery)
                .throttlingRetryOptions(throttling);
        CosmosClientBuilder connecting = switch (mode) {
            case GATEWAY -> builder.gatewayMode(GatewayConnectionConfig.getDefaultConfig());
            case DIRECT -> builder.directMode(DirectConnectionConfig.getDefaultConfig());
        };
        return connecting.buildAsyncClient();
    }

    /** Without the key: it belongs in no log. */
    @Override
    public String toString() {
        return "CosmosSource[" + endpoint + ", " + database + ", " + mode + "]";
    }
}
