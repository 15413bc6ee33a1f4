/**
 * One call to a model endpoint and the decorators around it, one concern each.
 *
 * <p>Start at {@link io.tollgate.model.call.EndpointCall}. {@code ModelClients} assembles them.
 *
 * <p>Imports the JDK, Resilience4j and the outcome types of {@code io.tollgate.model}; time comes from injected timers
 * and clocks, so tests run on virtual time. Knows nothing of HTTP.
 */
@NullMarked
package io.tollgate.model.call;

import org.jspecify.annotations.NullMarked;
