package io.tollgate.api.decision;

import org.jspecify.annotations.Nullable;

/** The contexts that this process holds. Thread-safe; no call waits. */
public interface ServingContexts {

    /** What the next payment is decided with. */
    ServingContext active();

    /** The context of the feature set that an earlier decision was made on; null when it is not held (any more). */
    @Nullable
    ServingContext ofHash(int featureSetHash);
}
