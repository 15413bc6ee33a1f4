package io.tollgate.features.policy;

import io.tollgate.features.domain.Decision;
import io.tollgate.features.expr.Slots;

/**
 * A limit or a rule, compiled.
 *
 * @param effect what it does to the decision when it applies
 * @param decision the decision that it raises or caps to
 */
record Clause(
        String code, Condition condition, Effect effect, Decision decision, MessageTemplate message, double weight) {
    enum Effect {
        /** The decision is at least this, whatever caps say. */
        RAISE_HARD,
        /** The decision is at least this unless a cap says less. */
        RAISE,
        /** Soft decisions are at most this. */
        CAP
    }

    @FunctionalInterface
    interface Condition {
        boolean applies(PolicyInput input, Slots slots);
    }
}
