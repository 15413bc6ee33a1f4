/**
 * A simulated world of cardholders and merchants, and of criminals among them: labelled payments for training and for
 * live traffic.
 *
 * <p>Start at {@link io.tollgate.local.sim.Simulator}. Everything is drawn from a seed: the same settings give the same
 * payments. Imports the domain types and the JDK only; nothing here knows how a payment is sent or decided.
 */
@NullMarked
package io.tollgate.local.sim;

import org.jspecify.annotations.NullMarked;
