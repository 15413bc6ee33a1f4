package io.tollgate.pipeline.publish;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Turns each message into one row per entity that it concerns; messages that are no events give none. */
final class FanOut implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    /** Entity key, encoded event, and when it was decided (-1 where freshness does not count it). */
    static final StructType SCHEMA = new StructType()
            .add("entity", DataTypes.StringType, false)
            .add("event", DataTypes.BinaryType, false)
            .add("decidedAtMs", DataTypes.LongType, false);

    static final long NOT_COUNTED = -1;

    private final EngineSource source;
    private final EventRules rules;
    private final ProgressAccumulator progress;

    FanOut(EngineSource source, EventRules rules, ProgressAccumulator progress) {
        this.source = source;
        this.rules = rules;
        this.progress = progress;
    }

    /** Expects partition, offset, value and timestampMs, in this order. */
    @Override
    public Iterator<Row> call(Iterator<Row> messages) {
        FeatureEngine engine = source.engine();
        EventParser parser = new EventParser(rules, engine, EventParser.Detail.EVENT);
        return new FlatMapIterator<>(messages, message -> rows(engine, parser, message));
    }

    private List<Row> rows(FeatureEngine engine, EventParser parser, Row message) {
        int partition = message.getInt(0);
        long offset = message.getLong(1);
        ParsedEvent parsed = parser.parse(message.getAs(2), message.getLong(3));
        if (!(parsed instanceof ParsedEvent.Accepted accepted)) {
            progress.add(PartitionProgress.rejected(partition, offset));
            return List.of();
        }
        FeatureEvent event = accepted.event();
        progress.add(PartitionProgress.accepted(partition, offset, event.timeMs()));
        byte[] encoded = EventCodec.encode(event);
        ParsedEvent.Served served = accepted.served();
        long decidedAtMs = served == null ? NOT_COUNTED : served.decidedAtMs();
        List<Row> rows = new ArrayList<>();
        for (EntityRef entity : engine.entitiesOf(event)) {
            boolean counted = entity.type() == EntityType.CARD;
            rows.add(RowFactory.create(EntityKey.format(entity), encoded, counted ? decidedAtMs : NOT_COUNTED));
        }
        return rows;
    }
}
