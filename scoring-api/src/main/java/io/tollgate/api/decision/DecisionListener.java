package io.tollgate.api.decision;

/** Hears of every decision that stands. Called on the event loop: quick, and never throws. */
public interface DecisionListener {

    /**
     * @param elapsedNanos from the request's last byte to the decision on record
     */
    void decided(Payment payment, DecisionRecord record, long elapsedNanos);
}
