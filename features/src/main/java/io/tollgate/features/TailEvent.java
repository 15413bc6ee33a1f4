package io.tollgate.features;

/**
 * A payment that was used although no blob had it yet.
 *
 * @param eventId of the payment
 * @param groups one bit per group of the set that it was folded into: one entity's tail may hold a payment that
 *     another's does not hold any more, or not yet
 */
public record TailEvent(String eventId, int groups) {

    /** Whether it was folded into the group of this index. */
    public boolean in(int group) {
        return (groups >>> group & 1) != 0;
    }
}
