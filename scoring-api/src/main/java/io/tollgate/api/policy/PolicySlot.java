package io.tollgate.api.policy;

import io.tollgate.api.decision.Judge;
import io.tollgate.api.decision.Payment;
import io.tollgate.api.decision.PolicyJudge;
import io.tollgate.features.FeatureEngine;
import org.jspecify.annotations.Nullable;

/**
 * The place of a policy in one feature set's context. Replacing it is one volatile write: a payment is judged by the one
 * or by the other, never by parts of both. Thread-safe.
 */
public final class PolicySlot implements Judge {
    private final FeatureEngine engine;
    private volatile @Nullable PolicyJudge judge;

    PolicySlot(FeatureEngine engine) {
        this.engine = engine;
    }

    FeatureEngine engine() {
        return engine;
    }

    void set(@Nullable PolicyJudge next) {
        judge = next;
    }

    /**
     * @throws IllegalStateException when the slot is empty, which only that of a shadow policy can be
     */
    @Override
    public Verdict judge(Payment payment) {
        Verdict verdict = judgeIfSet(payment);
        if (verdict == null) {
            throw new IllegalStateException("no policy is set");
        }
        return verdict;
    }

    /** Null when the slot is empty. */
    public @Nullable Verdict judgeIfSet(Payment payment) {
        PolicyJudge now = judge;
        return now == null ? null : now.judge(payment);
    }
}
