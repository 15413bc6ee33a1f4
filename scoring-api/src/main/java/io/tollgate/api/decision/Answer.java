package io.tollgate.api.decision;

import org.jspecify.annotations.Nullable;

/** What the caller of an authorization gets. */
public sealed interface Answer {

    /**
     * A decision, new or recorded.
     *
     * @param payment how it was reached; null when the record answered alone
     */
    record Decided(DecisionRecord record, @Nullable Payment payment, boolean replayed) implements Answer {}

    /** The transaction id belongs to another payload. */
    record Conflict() implements Answer {}

    /** The outbox is at its bound and set to refuse. */
    record Refused() implements Answer {}
}
