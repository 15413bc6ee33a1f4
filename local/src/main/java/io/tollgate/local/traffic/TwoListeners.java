package io.tollgate.local.traffic;

import io.tollgate.features.domain.Decision;
import java.util.List;

/** Lets two hear of the same payments, one after the other. */
public record TwoListeners(TrafficListener first, TrafficListener second) implements TrafficListener {
    @Override
    public void due(Outgoing payment) {
        first.due(payment);
        second.due(payment);
    }

    @Override
    public void answered(Outgoing payment, Decision decision, List<String> degraded, long latencyNanos) {
        first.answered(payment, decision, degraded, latencyNanos);
        second.answered(payment, decision, degraded, latencyNanos);
    }

    @Override
    public void failed(Outgoing payment, String cause) {
        first.failed(payment, cause);
        second.failed(payment, cause);
    }
}
