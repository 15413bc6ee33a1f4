/**
 * The mergeable state of one entity's group, from which its features are evaluated at any later instant.
 *
 * <p>Start at {@link io.tollgate.features.state.GroupState}. The bytes of a state are a function of the set of events
 * that were folded in, not of their order: everything here either sums, takes a maximum, or keeps the newest by a total
 * order. Imports the JDK only; no expressions, no keys, no stores.
 */
@NullMarked
package io.tollgate.features.state;

import org.jspecify.annotations.NullMarked;
