/**
 * Scores a payment's feature vector: asks a model endpoint under a deadline and, when that fails, the same model in
 * process.
 *
 * <p>Start at {@link io.tollgate.model.ModelClients}, which assembles the chain and says why in that order. The parts
 * are in {@code call} (deadline, hedge, breaker, bound), {@code http} (the endpoint's protocols on Netty) and {@code
 * artifact} (the model in process).
 *
 * <p>Imports no Spring, no Spark and no Reactor; nothing here blocks the calling thread.
 */
@NullMarked
package io.tollgate.model;

import org.jspecify.annotations.NullMarked;
