package io.tollgate.pipeline.publish;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Tail;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.spark.CheckpointEpoch;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.streaming.ExpiredTimerInfo;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Folds a batch's events of one entity into its state and hands on what readers must see of it. Forgets entities of which
 * nothing is heard any more, see {@link StateHorizon}.
 */
final class EntityStateProcessor extends StatefulProcessor<String, byte[], byte[]> {
    private static final long serialVersionUID = 1L;

    private static final String BATCH_ID_PROPERTY = "streaming.sql.batchId";

    /** Whether an entity has fallen silent is seen to the hour, which is little beside a month. */
    private static final Duration SOONEST = Duration.ofHours(1);

    private static final long NOTHING_ARRIVED = Long.MIN_VALUE;

    private final EngineSource source;
    private final long epoch;
    private transient @Nullable FeatureEngine engine;
    private transient @Nullable StateHorizon horizon;
    private transient @Nullable ValueState<byte[]> state;
    private transient long sequence;

    /** Of this task's batch: the log's clock, by which silence is judged. Timers come after all rows. */
    private transient long newestArrivedMs;

    EntityStateProcessor(EngineSource source, long epoch) {
        this.source = source;
        this.epoch = epoch;
    }

    @Override
    public void init(OutputMode outputMode, TimeMode timeMode) {
        engine = source.engine();
        horizon = new StateHorizon(engine.featureSet());
        newestArrivedMs = NOTHING_ARRIVED;
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
    public Iterator<byte[]> handleInputRows(String key, Iterator<byte[]> events, TimerValues timers) {
        ValueState<byte[]> stored = initialised(state);
        EntityType type = EntityKey.type(key);
        byte[] before = stored.get();
        RememberedEntity entity = before == null
                ? RememberedEntity.unknown(initialised(engine), initialised(horizon), type)
                : RememberedEntity.decode(initialised(engine), initialised(horizon), type, before);
        List<Long> decidedAt = new ArrayList<>();
        ByteArrayOutputStream foldedIds = new ByteArrayOutputStream();
        boolean changed = false;
        for (EntityEvent arrived : inOrderOfArrival(events)) {
            FeatureEvent event = EventCodec.decode(arrived.event());
            foldedIds.writeBytes(Tail.id(event.eventId()));
            if (entity.fold(event, arrived.arrivedMs())) {
                changed = true;
                if (arrived.decidedAtMs() != EntityEvent.NOT_COUNTED) {
                    decidedAt.add(arrived.decidedAtMs());
                }
            }
            newestArrivedMs = Math.max(newestArrivedMs, arrived.arrivedMs());
        }
        if (!changed) {
            return none();
        }
        stored.update(entity.encode());
        if (before == null) {
            lookAgainIn(initialised(horizon).millis(type), timers);
        }
        EntityRef ref = new EntityRef(type, EntityKey.idHash(key));
        EntityUpdate update =
                EntityUpdate.of(initialised(engine), ref, entity.state(), foldedIds.toByteArray(), decidedAt, sequence);
        return CollectionConverters.asScala(List.of(update.encode()).iterator());
    }

    private static List<EntityEvent> inOrderOfArrival(Iterator<byte[]> events) {
        List<EntityEvent> sorted = new ArrayList<>();
        CollectionConverters.asJava(events).forEachRemaining(event -> sorted.add(EntityEvent.decode(event)));
        sorted.sort(Comparator.comparingLong(EntityEvent::arrivedMs));
        return sorted;
    }

    /**
     * Forgets an entity of which nothing was heard, or looks again when that may be so. One timer for each entity: to
     * move it with each of its events would cost more than the events.
     */
    @Override
    public Iterator<byte[]> handleExpiredTimer(String key, TimerValues timers, ExpiredTimerInfo expired) {
        ValueState<byte[]> stored = initialised(state);
        byte[] known = stored.get();
        if (known == null) {
            return none();
        }
        EntityType type = EntityKey.type(key);
        RememberedEntity entity = RememberedEntity.decode(initialised(engine), initialised(horizon), type, known);
        if (newestArrivedMs == NOTHING_ARRIVED) {
            lookAgainIn(0, timers);
        } else if (!entity.silentAt(newestArrivedMs)) {
            lookAgainIn(entity.silentIn(newestArrivedMs), timers);
        } else if (entity.forget()) {
            stored.update(entity.encode());
            lookAgainIn(initialised(horizon).millis(type), timers);
        } else {
            stored.clear();
        }
        return none();
    }

    private void lookAgainIn(long millis, TimerValues timers) {
        getHandle().registerTimer(timers.getCurrentProcessingTimeInMs() + Math.max(millis, SOONEST.toMillis()));
    }

    private static Iterator<byte[]> none() {
        return scala.collection.Iterator$.MODULE$.<byte[]>empty();
    }

    private static <T> T initialised(@Nullable T field) {
        if (field == null) {
            throw new IllegalStateException("init() was not called");
        }
        return field;
    }
}
