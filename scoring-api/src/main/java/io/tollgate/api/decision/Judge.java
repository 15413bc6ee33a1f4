package io.tollgate.api.decision;

import io.tollgate.features.domain.Decision;
import io.tollgate.features.policy.Reason;
import java.util.List;

/** The policy, as the flow sees it: a pure function of what is known of a payment. Thread-safe. */
public interface Judge {

    /**
     * @param policy version of the policy that spoke
     */
    record Verdict(Decision decision, List<Reason> reasons, String policy) {}

    Verdict judge(Payment payment);
}
