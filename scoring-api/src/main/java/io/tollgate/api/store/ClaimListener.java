package io.tollgate.api.store;

/** Hears what becomes of claims while Redis is away and after. Called on the event loop: quick, and never throws. */
public interface ClaimListener {
    /** A decision that only this replica knows of, for now. */
    void unshared(Throwable cause);

    /** Such a decision is known to all replicas now. */
    void caughtUp();

    /** Such a decision differs from one that another replica has made meanwhile, and that stands. */
    void contradicted();
}
