package io.tollgate.local.traffic;

import io.tollgate.features.domain.Decision;
import java.util.List;

/** Hears what became of each payment, on the client's one thread: must return quickly. */
public interface TrafficListener {
    /** A payment has become due; exactly one of the other two follows. */
    void due(Outgoing payment);

    /**
     * The service has decided.
     *
     * @param latencyNanos since the payment was due
     * @param degraded which fallbacks the service used
     */
    void answered(Outgoing payment, Decision decision, List<String> degraded, long latencyNanos);

    /**
     * There is no decision.
     *
     * @param cause a short code, such as HTTP_503 or TIMEOUT
     */
    void failed(Outgoing payment, String cause);
}
