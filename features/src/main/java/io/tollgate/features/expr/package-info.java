/**
 * Expressions of derived features, conditions and policy rules: a small, total subset of the Common Expression Language
 * (<a href="https://github.com/google/cel-spec">CEL</a>), checked when a file is loaded and compiled to closures over
 * primitive slots for the request path.
 *
 * <p>Start at {@link io.tollgate.features.expr.Expressions}. A {@link io.tollgate.features.expr.Schema} names the
 * variables, {@link io.tollgate.features.expr.Slots} carries their values. Imports CEL and the JDK, nothing else of
 * Tollgate but the domain's distance formula.
 */
@NullMarked
package io.tollgate.features.expr;

import org.jspecify.annotations.NullMarked;
