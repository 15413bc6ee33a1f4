/**
 * Turns identifiers into keys: keyed hashes, so that neither a dump of the store nor its slow log holds a card token.
 *
 * <p>Start at {@link io.tollgate.features.key.IdHasher}. Imports nothing but the JDK.
 */
@NullMarked
package io.tollgate.features.key;

import org.jspecify.annotations.NullMarked;
