package io.tollgate.api.decision;

import io.tollgate.features.FeatureVector;
import io.tollgate.features.MissCause;
import io.tollgate.features.domain.Authorization;
import java.time.Duration;
import java.util.function.Consumer;

/** Where features come from, as the flow sees it. Thread-safe. */
public interface FeatureSource {

    /** What one read gave. */
    sealed interface Fetched {
        /**
         * @param values one per group, null where there is none
         */
        @SuppressWarnings("ArrayRecordComponent") // handed from the read to the evaluation, never compared
        record Values(byte[][] values) implements Fetched {}

        /** The store gave nothing at all. */
        record Nothing(MissCause cause) implements Fetched {}
    }

    /**
     * The one read. Does not wait.
     *
     * @param then told exactly once what it gave, within the time, on this event loop
     */
    void fetch(Authorization authorization, Duration timeout, Consumer<Fetched> then);

    /**
     * From what was read to the vector at the payment's own instant; where nothing was, from what is still known of
     * earlier reads. Does not wait.
     */
    FeatureVector evaluate(Authorization authorization, Fetched fetched);
}
