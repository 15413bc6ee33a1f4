package io.tollgate.features.policy;

import java.util.Locale;

/** A fallback that a decision was made on. The names stand in answers, events and metrics. */
public enum Degradation {
    /** The feature store did not answer in time: features have their defaults. */
    FEATURES_TIMEOUT,
    /** The feature store could not be asked: features have their defaults. */
    FEATURES_UNAVAILABLE,
    /**
     * Where the store was not read, some groups were: from what an earlier payment had found there. Always beside the
     * code that says why the store was not read.
     */
    FEATURES_LAST_KNOWN,
    /** The model endpoint gave no score; the same model was evaluated in process. */
    MODEL_LOCAL,
    /** No score at all: the rules decide alone. */
    NO_MODEL,
    /** Too many payments at once: decided from the request alone, without store and model. */
    SHED,
    /**
     * A payment that was scored and not approved is answered without what the model saw in it, for want of time or of the
     * scoring model's own artifact: the reasons are those of the rules. Set after the policy has spoken, which therefore
     * never sees it.
     */
    REASONS_WITHOUT_MODEL;

    /** The flag's name in a policy's conditions: {@code degraded_no_model}. */
    public String variable() {
        return "degraded_" + name().toLowerCase(Locale.ROOT);
    }
}
