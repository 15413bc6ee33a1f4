package io.tollgate.pipeline.publish;

import java.util.function.Consumer;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/** Passes on what one query tells of its finished batches. */
final class ProgressListener extends StreamingQueryListener {
    private static final long serialVersionUID = 1L;

    private final String query;
    private final transient Consumer<StreamingQueryProgress> afterBatch;

    ProgressListener(String query, Consumer<StreamingQueryProgress> afterBatch) {
        this.query = query;
        this.afterBatch = afterBatch;
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        // Only finished batches are of interest.
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        if (query.equals(event.progress().name())) {
            afterBatch.accept(event.progress());
        }
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        // The supervisor sees to it.
    }
}
