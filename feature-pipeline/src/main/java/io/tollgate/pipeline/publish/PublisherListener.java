package io.tollgate.pipeline.publish;

/** Told of each batch once its writes are acknowledged; called by the query's thread, which waits for it. */
@FunctionalInterface
public interface PublisherListener {
    void published(PublishedBatch batch);
}
