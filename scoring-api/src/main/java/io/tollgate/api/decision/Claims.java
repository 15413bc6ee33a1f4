package io.tollgate.api.decision;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Who decided a transaction id first, across replicas. Thread-safe. */
public interface Claims {

    /** What became of a claim. */
    sealed interface Claim {
        /** The id was free: this decision stands. */
        record Won() implements Claim {}

        /** Another decision stands. */
        record Lost(DecisionRecord standing) implements Claim {}
    }

    /** A decision that this process knows of, without asking anybody. */
    @Nullable
    DecisionRecord remembered(String transactionId);

    /**
     * Keeps a decision in this process's memory in place of what was there. Claims are kept as {@link
     * DecisionRecord#NOBODY nobody's}; whoever has appended a decision's event says so here.
     */
    void remember(String transactionId, DecisionRecord record);

    /**
     * One atomic step; without the shared store, this process's memory decides. Does not wait.
     *
     * @param then told exactly once what became of it, within the time, on this event loop
     */
    void claim(String transactionId, DecisionRecord record, Duration timeout, Consumer<Claim> then);

    /** Claims in this process's memory, without waiting; in the shared store when there is time. */
    Claim claimLocally(String transactionId, DecisionRecord record);

    /** The standing decision, from memory or the shared store; empty when there is none or it cannot be read. */
    Mono<DecisionRecord> find(String transactionId, Duration timeout);
}
