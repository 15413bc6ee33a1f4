package io.tollgate.local.traffic;

import io.tollgate.features.domain.Authorization;
import java.util.Objects;

/**
 * A payment to be sent, with the truth about it, which is not sent.
 *
 * @param label what kind of payment it is, for the report
 * @param fraud whether the cardholder did not want it
 */
public record Outgoing(Authorization authorization, String label, boolean fraud) {
    public Outgoing {
        Objects.requireNonNull(authorization, "authorization");
        Objects.requireNonNull(label, "label");
    }
}
