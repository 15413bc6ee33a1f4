package io.tollgate.pipeline.event;

import io.tollgate.features.quality.Defect;
import io.tollgate.pipeline.event.ParsedEvent.Rejected;

/** Leaves the parse at the first bad field; carries the verdict, needs no stack. */
final class BadFieldException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Rejected rejected;

    BadFieldException(Defect defect, String rule, String reason) {
        super(reason, null, false, false);
        this.rejected = new Rejected(defect, rule, reason);
    }

    Rejected rejected() {
        return rejected;
    }
}
