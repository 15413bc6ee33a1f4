package io.tollgate.pipeline.stream;

import io.tollgate.pipeline.publish.PublisherQuery;
import java.util.UUID;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.jspecify.annotations.Nullable;

/**
 * Passes the publisher's idle events on, so that readers of its heartbeat tell a quiet topic from a stalled pipeline. A
 * query that hangs sends none.
 */
final class IdleHeartbeat extends StreamingQueryListener {
    private static final long serialVersionUID = 1L;

    private final transient PublisherQuery publisher;
    private volatile @Nullable UUID publisherRun;

    IdleHeartbeat(PublisherQuery publisher) {
        this.publisher = publisher;
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        if (PublisherQuery.NAME.equals(event.name())) {
            publisherRun = event.runId();
        }
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        // A batch beats by itself.
    }

    @Override
    public void onQueryIdle(QueryIdleEvent event) {
        if (event.runId().equals(publisherRun)) {
            publisher.idle();
        }
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        // The supervisor sees to it.
    }
}
