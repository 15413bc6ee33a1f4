package io.tollgate.pipeline.publish;

import java.util.UUID;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.jspecify.annotations.Nullable;

/** Passes the idle events of one query on. */
final class IdleListener extends StreamingQueryListener {
    private static final long serialVersionUID = 1L;

    private final String query;
    private final transient Runnable whileIdle;
    private volatile @Nullable UUID run;

    IdleListener(String query, Runnable whileIdle) {
        this.query = query;
        this.whileIdle = whileIdle;
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        if (query.equals(event.name())) {
            run = event.runId();
        }
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        // A batch beats by itself.
    }

    @Override
    public void onQueryIdle(QueryIdleEvent event) {
        if (event.runId().equals(run)) {
            whileIdle.run();
        }
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        // The supervisor sees to it.
    }
}
