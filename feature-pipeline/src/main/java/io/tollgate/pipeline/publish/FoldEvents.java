package io.tollgate.pipeline.publish;

import io.tollgate.features.FeatureEngine;
import io.tollgate.pipeline.config.EngineSource;
import java.time.Clock;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * The real-time mode's sink: hands the messages of one partition of the entity topic to a {@link FoldLoop}, and lets
 * Spark's batch end only when all of them are in Redis. Expects partition, offset and value, as columns 0 to 2.
 */
final class FoldEvents extends ForeachWriter<Row> {
    private static final long serialVersionUID = 1L;

    /** Delays that a task reports of its batch, the first ones: a sample, so that catching up does not fill the driver. */
    private static final int SAMPLE = 5_000;

    private final EngineSource source;
    private final RedisTarget target;
    private final long epoch;
    private final LongAccumulator keysWritten;
    private final CollectionAccumulator<Long> delaysMs;
    private transient @Nullable FoldLoop loop;
    private transient int sampled;

    FoldEvents(
            EngineSource source,
            RedisTarget target,
            long epoch,
            LongAccumulator keysWritten,
            CollectionAccumulator<Long> delaysMs) {
        this.source = source;
        this.target = target;
        this.epoch = epoch;
        this.keysWritten = keysWritten;
        this.delaysMs = delaysMs;
    }

    @Override
    public boolean open(long partition, long batchId) {
        FeatureEngine engine = source.engine();
        RedisWriter writer = RedisWriters.of(target);
        Clock clock = Clock.systemUTC();
        sampled = 0;
        loop = new FoldLoop(
                new EntityFolder(writer, engine, epoch),
                new RealTimeClaim(writer, engine),
                new RealTimeBeat(writer, engine, partition, clock),
                epoch,
                target.pipelineDepth(),
                clock,
                this::published);
        loop.start();
        return true;
    }

    private void published(long keys, Iterable<Long> delays) {
        keysWritten.add(keys);
        for (Long delayMs : delays) {
            if (sampled++ < SAMPLE) {
                delaysMs.add(delayMs);
            }
        }
    }

    @Override
    public void process(Row message) {
        FoldLoop running = loop;
        if (running == null) {
            throw new IllegalStateException("open() was not called");
        }
        try {
            running.put(EntityFolder.Message.of(epoch, message.getLong(1), message.getAs(2)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was told to end", e);
        }
    }

    @Override
    public void close(@Nullable Throwable error) {
        FoldLoop running = loop;
        loop = null;
        if (running == null) {
            return;
        }
        if (error != null) {
            running.abandon();
            return;
        }
        try {
            running.finish();
        } catch (InterruptedException e) {
            running.abandon();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was told to end", e);
        }
    }
}
