package io.tollgate.pipeline.batch;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.publish.EntityKey;
import io.tollgate.pipeline.publish.FlatMapIterator;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** One row for each entity that an event changes. */
final class EventsByEntity implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    /** Sorted by all but the last, an entity's events stand in the order of their arrival. */
    static final StructType SCHEMA = new StructType()
            .add("entity", DataTypes.StringType, false)
            .add("arrived_ms", DataTypes.LongType, false)
            .add("partition", DataTypes.IntegerType, false)
            .add("offset", DataTypes.LongType, false)
            .add("event", DataTypes.BinaryType, false);

    private final EngineSource source;

    EventsByEntity(EngineSource source) {
        this.source = source;
    }

    /** Expects rows of {@link io.tollgate.pipeline.parity.ReadEvents#SCHEMA}. */
    @Override
    public Iterator<Row> call(Iterator<Row> events) {
        FeatureEngine engine = source.engine();
        return new FlatMapIterator<>(events, event -> rows(engine, event));
    }

    private static List<Row> rows(FeatureEngine engine, Row event) {
        List<Row> rows = new ArrayList<>();
        byte[] encoded = event.getAs(3);
        for (EntityRef entity : engine.entitiesOf(EventCodec.decode(encoded))) {
            rows.add(RowFactory.create(
                    EntityKey.format(entity), event.getLong(5), event.getInt(1), event.getLong(2), encoded));
        }
        return rows;
    }
}
