package io.tollgate.api.http;

import io.tollgate.api.decision.Budget;
import io.tollgate.api.decision.DecisionFlow;
import io.tollgate.api.decision.ServingContexts;
import io.tollgate.api.metrics.RequestMetrics;
import io.tollgate.api.security.Authenticator;
import io.tollgate.api.security.ClientRates;

/**
 * What the authorize route lets payments in by, decides them with and counts them in. There is one for payments and, until
 * the service is ready, one for its rehearsal: of the same classes, so that the same code is compiled, with sinks of its
 * own. Immutable.
 */
public record Stage(
        Authenticator authenticator,
        ClientRates rates,
        ServingContexts contexts,
        DecisionFlow flow,
        Budget budget,
        RequestMetrics metrics) {}
