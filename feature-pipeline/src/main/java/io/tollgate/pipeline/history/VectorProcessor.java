package io.tollgate.pipeline.history;

import io.tollgate.features.EntityState;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.publish.EntityKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.ExpiredTimerInfo;
import org.apache.spark.sql.streaming.MapState;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Holds an entity's events back until the watermark has passed their time, then evaluates and folds them in the order
 * in which they happened. The watermark is the query's, so that all entities of a payment evaluate it in the same batch.
 *
 * <p>Timers fire in the order of their times. An event that comes when the watermark is already past its time gets a
 * timer that fires in the same batch: its own vector and those after it count it; those already written stay.
 */
final class VectorProcessor extends StatefulProcessor<String, Row, Row> {
    private static final long serialVersionUID = 1L;

    /** Transaction, entity type, the entity's part of the vector, and the event (with the card's part only). */
    static final StructType PART = new StructType()
            .add("transaction_id", DataTypes.StringType, false)
            .add("entity", DataTypes.StringType, false)
            .add("part", DataTypes.BinaryType, false)
            .add("event", DataTypes.BinaryType);

    private final EngineSource source;
    private transient @Nullable FeatureEngine engine;
    private transient @Nullable VectorSlots slots;
    private transient @Nullable ValueState<byte[]> state;
    private transient @Nullable MapState<Long, byte[]> waiting;

    VectorProcessor(EngineSource source) {
        this.source = source;
    }

    @Override
    public void init(OutputMode outputMode, TimeMode timeMode) {
        FeatureEngine compiled = source.engine();
        engine = compiled;
        slots = new VectorSlots(compiled);
        state = getHandle().getValueState("entity", Encoders.BINARY(), TTLConfig.NONE());
        waiting = getHandle().getMapState("waiting", Encoders.LONG(), Encoders.BINARY(), TTLConfig.NONE());
    }

    @Override
    public Iterator<Row> handleInputRows(String key, Iterator<Row> rows, TimerValues timers) {
        if (key.equals(EntityFanOut.CLOCK)) {
            rows.foreach(row -> row);
            return none();
        }
        MapState<Long, byte[]> held = initialised(waiting);
        while (rows.hasNext()) {
            byte[] encoded = rows.next().getAs(1);
            long timeMs = EventCodec.decode(encoded).timeMs();
            if (held.containsKey(timeMs)) {
                held.updateValue(timeMs, SameInstant.add(held.getValue(timeMs), encoded));
            } else {
                held.updateValue(timeMs, SameInstant.add(new byte[0], encoded));
                getHandle().registerTimer(timeMs);
            }
        }
        return none();
    }

    @Override
    public Iterator<Row> handleExpiredTimer(String key, TimerValues timers, ExpiredTimerInfo expired) {
        MapState<Long, byte[]> held = initialised(waiting);
        long timeMs = expired.getExpiryTimeInMs();
        FeatureEngine compiled = initialised(engine);
        EntityType type = EntityKey.type(key);
        ValueState<byte[]> stored = initialised(state);
        EntityState entity = stored.exists() ? compiled.decodeState(type, stored.get()) : compiled.newState(type);
        List<Row> parts = new ArrayList<>();
        for (SameInstant.Event event : SameInstant.inOrder(held.getValue(timeMs))) {
            if (event.decoded() instanceof FeatureEvent.Decided decided) {
                parts.add(part(compiled, type, entity, decided, event.encoded()));
            }
            entity.fold(event.decoded());
        }
        held.removeKey(timeMs);
        stored.update(entity.encode());
        return CollectionConverters.asScala(parts.iterator());
    }

    private Row part(
            FeatureEngine compiled, EntityType type, EntityState entity, FeatureEvent.Decided decided, byte[] encoded) {
        double[] vector = compiled.defaults();
        entity.evaluate(decided, vector);
        return RowFactory.create(
                decided.eventId(),
                type.name(),
                initialised(slots).extract(type, vector),
                type == EntityType.CARD ? encoded : null);
    }

    private static Iterator<Row> none() {
        return CollectionConverters.asScala(List.<Row>of().iterator());
    }

    private static <T> T initialised(@Nullable T field) {
        if (field == null) {
            throw new IllegalStateException("init() was not called");
        }
        return field;
    }
}
