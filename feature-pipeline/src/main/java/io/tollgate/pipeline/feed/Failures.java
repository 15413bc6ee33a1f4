package io.tollgate.pipeline.feed;

import com.azure.cosmos.CosmosException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a failure means: some pass by themselves, some need a person.
 *
 * @see <a href="https://learn.microsoft.com/azure/cosmos-db/nosql/conceptual-resilient-sdk-applications">Which errors to
 *     retry</a>
 */
final class Failures {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY_REQUESTS = 429;

    /** With 404: a replica lags behind the session; passes. */
    private static final int READ_SESSION_NOT_AVAILABLE = 1002;

    private Failures() {}

    /** The exception for what no retry mends; null for what passes. */
    static @Nullable FeedException lasting(Throwable failure, String what) {
        if (!(failure instanceof CosmosException cosmos)) {
            return null;
        }
        String remedy = switch (cosmos.getStatusCode()) {
            case UNAUTHORIZED -> "the account does not accept the key; check TOLLGATE_COSMOS_KEY";
            case FORBIDDEN -> "the account refuses this client; check its firewall and the key's rights";
            case NOT_FOUND ->
                cosmos.getSubStatusCode() == READ_SESSION_NOT_AVAILABLE
                        ? null
                        : "it does not exist; create it, or correct TOLLGATE_COSMOS_DATABASE";
            default -> null;
        };
        return remedy == null ? null : new FeedException("cannot read " + what + ": " + remedy, failure);
    }

    /** One line without the SDK's diagnostics, which fill a page. */
    static String describe(Throwable failure) {
        if (failure instanceof CosmosException cosmos) {
            return "Cosmos DB answered " + cosmos.getStatusCode() + "/" + cosmos.getSubStatusCode() + ": "
                    + cosmos.getShortMessage();
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    static boolean throttled(Throwable failure) {
        return failure instanceof CosmosException cosmos && cosmos.getStatusCode() == TOO_MANY_REQUESTS;
    }

    /** How long the service asked to be left alone; zero when it did not. */
    static Duration askedDelay(Throwable failure) {
        Duration asked = failure instanceof CosmosException cosmos ? cosmos.getRetryAfterDuration() : null;
        return asked == null || asked.isNegative() ? Duration.ZERO : asked;
    }
}
