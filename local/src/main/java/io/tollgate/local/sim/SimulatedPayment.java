package io.tollgate.local.sim;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.FeatureEvent;
import java.time.Duration;
import java.util.Objects;

/** A payment and the truth about it, which the system under test must not be told. */
public record SimulatedPayment(Authorization authorization, Scenario scenario) {
    public SimulatedPayment {
        Objects.requireNonNull(authorization, "authorization");
        Objects.requireNonNull(scenario, "scenario");
    }

    /** What the issuer will know about this payment once its cardholder has complained, or has not. */
    public FeatureEvent.Outcome outcome(Duration knownAfter) {
        Authorization a = authorization;
        Authorization.Device device = a.device();
        return new FeatureEvent.Outcome(
                a.transactionId(),
                a.occurredAt(),
                a.occurredAt().plus(knownAfter),
                scenario.fraud(),
                a.amount(),
                a.card().token(),
                a.card().accountId(),
                a.merchant().id(),
                device == null ? null : device.id(),
                device == null ? null : device.ip());
    }
}
