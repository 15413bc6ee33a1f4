package io.tollgate.api.decision;

import org.jspecify.annotations.Nullable;

/** A policy that is tried out beside the one in force and never decides. Thread-safe. */
public interface ShadowJudge {
    /** There is none. */
    ShadowJudge NONE = payment -> null;

    /**
     * @param payment decided already
     * @return what this policy would have said; null when it does not speak for the payment's feature set
     */
    Judge.@Nullable Verdict judge(Payment payment);
}
