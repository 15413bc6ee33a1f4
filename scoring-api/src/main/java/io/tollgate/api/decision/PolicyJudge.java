package io.tollgate.api.decision;

import io.tollgate.features.CurrencyRates;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.policy.CompiledPolicy;
import io.tollgate.features.policy.PolicyDecision;
import io.tollgate.features.policy.PolicyInput;

/** Judges by a compiled policy. Thread-safe. */
public final class PolicyJudge implements Judge {
    private static final double CENTS = 100;

    private final CompiledPolicy policy;
    private final CurrencyRates rates;

    public PolicyJudge(CompiledPolicy policy, CurrencyRates rates) {
        this.policy = policy;
        this.rates = rates;
    }

    @Override
    public Verdict judge(Payment payment) {
        Authorization a = payment.authorization();
        double amount = rates.toBaseCents(a.amount(), a.occurredAt()) / CENTS;
        PolicyDecision decision =
                policy.decide(new PolicyInput(a, amount, payment.vector(), payment.score(), payment.degraded()));
        return new Verdict(decision.decision(), decision.reasons(), policy.version());
    }
}
