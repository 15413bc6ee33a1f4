package io.tollgate.pipeline.history;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
import io.tollgate.pipeline.publish.EntityKey;
import io.tollgate.pipeline.publish.FlatMapIterator;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Turns each stored event into one row per entity, and one more that only moves the watermark.
 *
 * <p>Spark drops rows whose time is behind the watermark before a processor sees them. A late payment must not be
 * dropped: later payments have to count it. So the entities' rows carry no time for Spark to judge, and the extra row,
 * which nobody misses, carries it.
 */
final class EntityFanOut implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    /** The key of rows that only move the watermark. */
    static final String CLOCK = "~";

    static final StructType SCHEMA = new StructType()
            .add("entity", DataTypes.StringType, false)
            .add("event", DataTypes.BinaryType)
            .add("watermark_time", DataTypes.TimestampType);

    private final EngineSource source;

    EntityFanOut(EngineSource source) {
        this.source = source;
    }

    /** Expects value and arrival in milliseconds, in this order. */
    @Override
    public Iterator<Row> call(Iterator<Row> events) {
        EventParser parser = new EventParser(EventRules.ACCEPTED_BEFORE, source.engine(), EventParser.Detail.EVENT);
        return new FlatMapIterator<>(events, row -> rows(parser, row));
    }

    private List<Row> rows(EventParser parser, Row row) {
        byte[] value = row.getString(0).getBytes(StandardCharsets.UTF_8);
        if (!(parser.parse(value, row.getLong(1)) instanceof ParsedEvent.Accepted accepted)) {
            throw new IllegalStateException(
                    "txn_events holds what is no valid event; was it written by this pipeline?");
        }
        FeatureEvent event = accepted.event();
        byte[] encoded = EventCodec.encode(event);
        List<Row> rows = new ArrayList<>();
        for (EntityRef entity : entities(event)) {
            rows.add(RowFactory.create(EntityKey.format(entity), encoded, null));
        }
        rows.add(RowFactory.create(CLOCK, null, new Timestamp(event.timeMs())));
        return rows;
    }

    /**
     * Those that the event changes and those that its vector is read from; the two differ for delayed outcomes. The card
     * is always among a payment's: with its part travels the payment itself, also where the set has no group of cards.
     */
    private Set<EntityRef> entities(FeatureEvent event) {
        FeatureEngine engine = source.engine();
        Set<EntityRef> entities = new LinkedHashSet<>(engine.entitiesOf(event));
        if (event instanceof FeatureEvent.Decided decided) {
            entities.addAll(engine.entitiesReadBy(decided.authorization()));
            entities.add(new EntityRef(EntityType.CARD, engine.cardIdHash(decided.authorization())));
        }
        return entities;
    }
}
