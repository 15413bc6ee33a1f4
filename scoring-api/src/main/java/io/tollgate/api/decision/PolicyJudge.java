package io.tollgate.api.decision;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.policy.CompiledPolicy;
import io.tollgate.features.policy.Degradation;
import io.tollgate.features.policy.PolicyDecision;
import io.tollgate.features.policy.PolicyInput;
import java.util.EnumSet;
import java.util.Set;

/** Judges by a compiled policy. Thread-safe. */
public final class PolicyJudge implements Judge {
    private final CompiledPolicy policy;
    private final FeatureEngine engine;

    /**
     * @param engine of the set that the policy was compiled for: amounts are judged in its base currency
     */
    public PolicyJudge(CompiledPolicy policy, FeatureEngine engine) {
        this.policy = policy;
        this.engine = engine;
    }

    /** As the policy's file states it. */
    public String version() {
        return policy.version();
    }

    @Override
    public Verdict judge(Payment payment) {
        Authorization a = payment.authorization();
        double amount = engine.baseAmount(a);
        PolicyDecision decision =
                policy.decide(new PolicyInput(a, amount, payment.vector(), payment.score(), known(payment)));
        return new Verdict(decision.decision(), decision.reasons(), policy.version());
    }

    /** Without what came of a payment after it was judged, so that a second policy judges the same. */
    private static Set<Degradation> known(Payment payment) {
        if (!payment.degraded().contains(Degradation.REASONS_WITHOUT_MODEL)) {
            return payment.degraded();
        }
        Set<Degradation> before = EnumSet.copyOf(payment.degraded());
        before.remove(Degradation.REASONS_WITHOUT_MODEL);
        return before;
    }
}
