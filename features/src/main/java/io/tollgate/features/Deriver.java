package io.tollgate.features;

import io.tollgate.features.domain.Authorization;
import io.tollgate.features.expr.Slots;

/** Adds derived features to vectors whose other features are there. Confined to one thread, reused for every payment. */
public final class Deriver {
    private final DerivedFeatures derived;
    private final Slots slots;

    Deriver(DerivedFeatures derived) {
        this.derived = derived;
        this.slots = derived.newSlots();
    }

    /**
     * @param cents {@link FeatureEngine#baseCents} of the payment
     */
    public void derive(Authorization a, long cents, double[] vector) {
        derived.derive(a, cents, slots, vector);
    }
}
