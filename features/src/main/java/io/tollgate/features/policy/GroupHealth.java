package io.tollgate.features.policy;

import io.tollgate.features.Lookup;

/** How a payment's group of features was found, as far as a policy cares. */
public enum GroupHealth {
    /** Read and current. */
    FRESH,
    /** Read, but the pipeline behind it is late, or read for an earlier payment. */
    STALE,
    /** Not there because nothing was known of the entity, or nothing for as long as the features look back. */
    NEW,
    /** Could not be read or used: the features hold defaults although there may be a history. */
    BLIND,
    /** The payment has no such entity: no device at a terminal. */
    NOT_APPLICABLE;

    /** Of what became of reading a group. */
    public static GroupHealth of(Lookup lookup) {
        if (lookup instanceof Lookup.Missing missing) {
            return switch (missing.cause()) {
                case NEW_ENTITY, EXPIRED -> NEW;
                case TIMEOUT, UNAVAILABLE, VERSION_SKEW, CORRUPT, SHED -> BLIND;
            };
        }
        if (lookup instanceof Lookup.Hit) {
            return FRESH;
        }
        return lookup instanceof Lookup.Stale || lookup instanceof Lookup.LastKnown ? STALE : NOT_APPLICABLE;
    }
}
