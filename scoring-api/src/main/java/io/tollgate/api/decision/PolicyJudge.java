package io.tollgate.api.decision;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.policy.CompiledPolicy;
import io.tollgate.features.policy.PolicyDecision;
import io.tollgate.features.policy.PolicyInput;

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

    @Override
    public Verdict judge(Payment payment) {
        Authorization a = payment.authorization();
        double amount = engine.baseAmount(a);
        PolicyDecision decision =
                policy.decide(new PolicyInput(a, amount, payment.vector(), payment.score(), payment.degraded()));
        return new Verdict(decision.decision(), decision.reasons(), policy.version());
    }
}
