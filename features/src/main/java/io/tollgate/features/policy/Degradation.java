package io.tollgate.features.policy;

import java.util.Locale;

/** A fallback that a decision was made on. The names stand in answers, events and metrics. */
public enum Degradation {
    /** The feature store did not answer in time: every feature has its default. */
    FEATURES_TIMEOUT,
    /** The feature store could not be asked: every feature has its default. */
    FEATURES_UNAVAILABLE,
    /** The model endpoint gave no score; the same model was evaluated in process. */
    MODEL_LOCAL,
    /** No score at all: the rules decide alone. */
    NO_MODEL,
    /** Too many payments at once: decided from the request alone, without store and model. */
    SHED;

    /** The flag's name in a policy's conditions: {@code degraded_no_model}. */
    public String variable() {
        return "degraded_" + name().toLowerCase(Locale.ROOT);
    }
}
