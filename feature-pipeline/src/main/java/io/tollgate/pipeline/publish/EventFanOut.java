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
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Turns a message into one {@link EntityEvent} per entity that it concerns; a message that is no event gives none.
 * Confined to one task.
 */
final class EventFanOut {
    private final FeatureEngine engine;
    private final EventParser parser;
    private final ProgressAccumulator progress;

    EventFanOut(EngineSource source, EventRules rules, ProgressAccumulator progress) {
        this.engine = source.engine();
        this.parser = new EventParser(rules, engine, EventParser.Detail.EVENT);
        this.progress = progress;
    }

    /** Expects partition, offset, value and timestampMs, in this order. */
    List<EntityEvent> events(Row message) {
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
        List<EntityEvent> events = new ArrayList<>();
        for (EntityRef entity : engine.entitiesOf(event)) {
            long counted = entity.type() == EntityType.CARD ? decidedAtMs : EntityEvent.NOT_COUNTED;
            events.add(new EntityEvent(EntityKey.format(entity), encoded, counted, arrivedMs));
        }
        return events;
    }
}
