package io.tollgate.pipeline.stream;

import io.tollgate.pipeline.batches.BatchLedger;
import io.tollgate.pipeline.batches.PublishedBatches;
import io.tollgate.pipeline.history.HistoryQuery;
import io.tollgate.pipeline.history.HistoryTable;
import io.tollgate.pipeline.history.HistoryTotals;
import io.tollgate.pipeline.history.VectorQuery;
import io.tollgate.pipeline.publish.PublisherQuery;
import io.tollgate.pipeline.publish.PublishingEngine;
import io.tollgate.pipeline.publish.RealTimePublisher;
import io.tollgate.pipeline.spark.SparkSessions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.jspecify.annotations.Nullable;

/** The running pipeline: the publisher, the history with its vectors, or both in one process. */
public final class StreamJob {
    /** Before Hadoop's file systems (10) and Spark's context (40) are closed, since the queries still need them. */
    private static final int STOP_PRIORITY = 100;

    /** After the queries have ended, while Spark still runs. */
    private static final int CLOSE_PRIORITY = 90;

    private static final long STOP_TIMEOUT_SECONDS = 30;

    private final SparkSession spark;
    private final PipelineStatus status;
    private final Clock clock;
    private final QuerySupervisor supervisor = new QuerySupervisor();
    private final List<String> names = new ArrayList<>();
    private final List<BatchLedger> ledgers = new ArrayList<>();

    public StreamJob(SparkSessions.Size size, PipelineStatus status, Clock clock) {
        this.spark = SparkSessions.streaming("tollgate", size);
        this.status = status;
        this.clock = clock;
    }

    /**
     * Adds the query that publishes to Redis in micro-batches, and the ledger of what its batches read.
     *
     * @param deltaRoot where the ledger is
     */
    public void addPublisher(PublisherQuery.Settings settings, String deltaRoot) {
        BatchLedger ledger = new BatchLedger(new PublishedBatches(spark, deltaRoot, settings.checkpoint()));
        ledgers.add(ledger);
        add(new PublisherQuery(
                spark,
                settings,
                batch -> {
                    ledger.published(batch);
                    status.published(batch);
                },
                clock));
    }

    /** Adds the queries that publish to Redis in real time. */
    public void addPublisher(RealTimePublisher.Settings settings) {
        add(new RealTimePublisher(spark, settings, status::published, clock));
    }

    private void add(PublishingEngine engine) {
        spark.streams().addListener(engine.listener());
        engine.queries()
                .forEach(query -> add(
                        query.name(), query.start()::start, query.endless() ? Duration.ZERO : QuerySupervisor.GRACE));
    }

    /**
     * Adds the queries that write Delta.
     *
     * @param vectors null to keep events without computing vectors
     */
    public void addHistory(HistoryQuery.Settings events, VectorQuery.@Nullable Settings vectors) {
        HistoryQuery history = new HistoryQuery(spark, events, status::appended, clock);
        add(
                HistoryQuery.NAME,
                () -> {
                    // Not before the publisher runs: creating tables takes seconds on a cold JVM, and payments wait for
                    // features.
                    for (HistoryTable table : HistoryTable.OF_HISTORY) {
                        table.createIfMissing(spark, events.deltaRoot());
                    }
                    status.restored(HistoryTotals.of(spark, events.deltaRoot()));
                    return history.start();
                },
                QuerySupervisor.GRACE);
        if (vectors != null) {
            SparkSession session = spark.newSession();
            // When events stop, one more batch must evaluate what the last one moved behind the watermark.
            session.conf().set("spark.sql.streaming.noDataMicroBatches.enabled", "true");
            VectorQuery vectorQuery = new VectorQuery(session, vectors, status::computed, clock);
            add(VectorQuery.NAME, vectorQuery::start, QuerySupervisor.GRACE);
        }
    }

    private void add(String name, QuerySupervisor.Start start, Duration grace) {
        names.add(name);
        supervisor.add(name, () -> inPool(name, start), grace);
    }

    /** The query's threads inherit the pool; fairscheduler.xml gives each its share. */
    private StreamingQuery inPool(String pool, QuerySupervisor.Start start) throws TimeoutException {
        spark.sparkContext().setLocalProperty("spark.scheduler.pool", pool);
        try {
            return start.start();
        } finally {
            spark.sparkContext().setLocalProperty("spark.scheduler.pool", null);
        }
    }

    /** Runs until the process is told to end (SIGTERM, Ctrl-C), then finishes the batches in flight. */
    public void run() throws InterruptedException, TimeoutException {
        ShutdownHookManager.get()
                .addShutdownHook(supervisor::stop, STOP_PRIORITY, STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        ShutdownHookManager.get()
                .addShutdownHook(
                        () -> ledgers.forEach(BatchLedger::close),
                        CLOSE_PRIORITY,
                        STOP_TIMEOUT_SECONDS,
                        TimeUnit.SECONDS);
        supervisor.run(() -> {
            ledgers.forEach(BatchLedger::start);
            status.running(String.join(",", names));
        });
        status.stopped();
    }
}
