/**
 * Sends payments to the decision service and measures what comes back.
 *
 * <p>Start at {@link io.tollgate.local.traffic.TrafficClient}. Latency is measured from the instant at which a payment
 * was due, not from when it could be sent, so that a stall of the service shows in every payment that it delayed (Gil
 * Tene's "coordinated omission"). Imports the domain types, the simulator, Netty and HdrHistogram.
 */
@NullMarked
package io.tollgate.local.traffic;

import org.jspecify.annotations.NullMarked;
