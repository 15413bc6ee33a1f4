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

/**
 * Turns each message into one {@link EntityEvent} per entity that it concerns; messages that are no events give none.
 */
final class FanOut implements MapPartitionsFunction<Row, byte[]> {
    private static final long serialVersionUID = 1L;

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
    public Iterator<byte[]> call(Iterator<Row> messages) {
        FeatureEngine engine = source.engine();
        EventParser parser = new EventParser(rules, engine, EventParser.Detail.EVENT);
        return new FlatMapIterator<>(messages, message -> events(engine, parser, message));
    }

    private List<byte[]> events(FeatureEngine engine, EventParser parser, Row message) {
        int partition = message.getInt(0);
        long offset = message.getLong(1);
        long arrivedMs = message.getLong(3);
        ParsedEvent parsed = parser.parse(message.getAs(2), arrivedMs);
        if (!(parsed instanceof ParsedEvent.Accepted accepted)) {
            progress.add(PartitionProgress.rejected(partition, offset));
            return List.of();
        }
        FeatureEvent event = accepted.event();
        progress.add(PartitionProgress.accepted(partition, offset, event.timeMs()));
        byte[] encoded = EventCodec.encode(event);
        ParsedEvent.Served served = accepted.served();
        long decidedAtMs = served == null ? EntityEvent.NOT_COUNTED : served.decidedAtMs();
        List<byte[]> events = new ArrayList<>();
        for (EntityRef entity : engine.entitiesOf(event)) {
            long counted = entity.type() == EntityType.CARD ? decidedAtMs : EntityEvent.NOT_COUNTED;
            events.add(new EntityEvent(EntityKey.format(entity), encoded, counted, arrivedMs).encode());
        }
        return events;
    }
}
