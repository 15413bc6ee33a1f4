package io.tollgate.pipeline.publish;

import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryListener;

/**
 * How events become features in Redis. Two ways: {@link PublisherQuery} folds them in micro-batches, {@link
 * RealTimePublisher} as they come.
 */
public interface PublishingEngine {
    /** Names the engine's query that writes to Redis, in the status file. */
    String NAME = "publisher";

    /**
     * A query of the engine.
     *
     * @param endless whether its batches last so long that nobody should wait for the end of one
     */
    record Query(String name, Start start, boolean endless) {}

    /** Starts a query from its checkpoint. */
    @FunctionalInterface
    interface Start {
        StreamingQuery start() throws TimeoutException;
    }

    /** In the order in which they are to be started. */
    List<Query> queries();

    /** To be told of the session's queries before they start. */
    StreamingQueryListener listener();
}
