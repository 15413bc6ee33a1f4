package io.tollgate.pipeline.publish;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EntityState;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Tail;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/** Folds a batch's events of one entity into its state and hands on what readers must see of it. */
final class EntityStateProcessor extends StatefulProcessor<String, Row, byte[]> {
    private static final long serialVersionUID = 1L;

    private static final String BATCH_ID_PROPERTY = "streaming.sql.batchId";

    private final EngineSource source;
    private final long epoch;
    private transient @Nullable FeatureEngine engine;
    private transient @Nullable ValueState<byte[]> state;
    private transient long sequence;

    EntityStateProcessor(EngineSource source, long epoch) {
        this.source = source;
        this.epoch = epoch;
    }

    @Override
    public void init(OutputMode outputMode, TimeMode timeMode) {
        engine = source.engine();
        state = getHandle().getValueState("entity", Encoders.BINARY(), TTLConfig.NONE());
        sequence = currentSequence();
    }

    /** Of the batch that this task belongs to; on the driver, where the plan is made, there is none. */
    private long currentSequence() {
        TaskContext task = TaskContext.get();
        if (task == null) {
            return 0;
        }
        String batchId = task.getLocalProperty(BATCH_ID_PROPERTY);
        if (batchId == null) {
            throw new IllegalStateException("Spark no longer sets " + BATCH_ID_PROPERTY + " for streaming tasks");
        }
        return CheckpointEpoch.sequence(epoch, Long.parseLong(batchId));
    }

    @Override
    public Iterator<byte[]> handleInputRows(String key, Iterator<Row> rows, TimerValues timers) {
        FeatureEngine compiled = initialised(engine);
        ValueState<byte[]> stored = initialised(state);
        byte[] before = stored.get();
        EntityState entity = before == null
                ? compiled.newState(EntityKey.type(key))
                : compiled.decodeState(EntityKey.type(key), before);
        List<Long> decidedAt = new ArrayList<>();
        ByteArrayOutputStream foldedIds = new ByteArrayOutputStream();
        boolean changed = false;
        while (rows.hasNext()) {
            Row row = rows.next();
            FeatureEvent event = EventCodec.decode(row.getAs(1));
            foldedIds.writeBytes(Tail.id(event.eventId()));
            if (entity.fold(event)) {
                changed = true;
                if (row.getLong(2) != FanOut.NOT_COUNTED) {
                    decidedAt.add(row.getLong(2));
                }
            }
        }
        if (!changed) {
            return scala.collection.Iterator$.MODULE$.<byte[]>empty();
        }
        stored.update(entity.encode());
        EntityRef ref = new EntityRef(EntityKey.type(key), EntityKey.idHash(key));
        EntityUpdate update = EntityUpdate.of(compiled, ref, entity, foldedIds.toByteArray(), decidedAt, sequence);
        return CollectionConverters.asScala(List.of(update.encode()).iterator());
    }

    private static <T> T initialised(@Nullable T field) {
        if (field == null) {
            throw new IllegalStateException("init() was not called");
        }
        return field;
    }
}
