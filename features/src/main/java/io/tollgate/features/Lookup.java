package io.tollgate.features;

/** What became of reading one group. */
public sealed interface Lookup {

    /** A payment without this entity, such as a device group for a payment at a terminal. */
    Lookup NOT_APPLICABLE = new NotApplicable();

    /**
     * Read and used.
     *
     * @param asOfMs event time of the newest event in it, milliseconds since the epoch
     * @param publishedAtMs when it was written
     * @param sequence of the publisher's batch that wrote it
     */
    record Hit(long asOfMs, long publishedAtMs, long sequence) implements Lookup {}

    /** Read and used while the publisher lags: newer payments may be missing from it. Fields as in {@link Hit}. */
    record Stale(long asOfMs, long publishedAtMs, long sequence) implements Lookup {}

    /**
     * Read for an earlier payment and used again, because the store gave nothing for this one: whatever was published
     * since is missing from it. The first three fields as in {@link Hit}.
     *
     * @param cause why the store gave nothing
     */
    record LastKnown(long asOfMs, long publishedAtMs, long sequence, MissCause cause) implements Lookup {}

    /** Not used. */
    record Missing(MissCause cause) implements Lookup {}

    /** The payment has no such entity. */
    record NotApplicable() implements Lookup {}
}
