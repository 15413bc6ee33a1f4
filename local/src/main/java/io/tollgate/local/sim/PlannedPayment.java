package io.tollgate.local.sim;

import io.tollgate.features.domain.TransactionId;
import java.time.Instant;

/**
 * A payment that an attack will make.
 *
 * @param offsetSeconds after the attack's start
 * @param maker makes the payment once its id and instant are known
 */
record PlannedPayment(double offsetSeconds, Maker maker) {

    /** Makes a payment. */
    interface Maker {
        SimulatedPayment make(TransactionId id, Instant at);
    }
}
