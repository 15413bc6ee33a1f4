/**
 * From features and a score to APPROVE, STEP_UP or DECLINE with reasons: a versioned policy file of lists, limits, score
 * thresholds and rules, compiled when it is loaded.
 *
 * <p>Start at {@link io.tollgate.features.policy.PolicyReader}, which describes the file, and {@link
 * io.tollgate.features.policy.CompiledPolicy}, which describes the order of evaluation. Imports the domain types, feature
 * sets and vectors, expressions and the YAML reader of this module, nothing else.
 */
@NullMarked
package io.tollgate.features.policy;

import org.jspecify.annotations.NullMarked;
