package io.tollgate.pipeline.parity;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.spec.GroupSpec;
import io.tollgate.pipeline.batches.BatchRanges;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.publish.EntityKey;
import io.tollgate.pipeline.publish.FlatMapIterator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Turns each event into rows for the entities that it changes, and each payment asked about into rows for the entities
 * that its vector was read from. Within a scope (an entity, in one epoch of the publisher or in the order of history) the
 * rows' order is the order in which events became visible, and a question stands behind all that was visible to it.
 */
final class EntityRows implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    static final StructType SCHEMA = new StructType()
            .add("scope", DataTypes.StringType, false)
            .add("order1", DataTypes.LongType, false)
            .add("order2", DataTypes.IntegerType, false)
            .add("order3", DataTypes.IntegerType, false)
            .add("id", DataTypes.StringType, false)
            .add("groups", DataTypes.BinaryType)
            .add("event", DataTypes.BinaryType);

    /** Within {@code scope} by this, then by the four columns behind it. */
    static final String[] ORDER = {"scope", "order1", "order2", "order3", "id"};

    /** Ends the scope's first part, the epoch. */
    static final char SCOPE_END = ':';

    /** The scope in the order of history, where every earlier event is visible. */
    static final String EVERYTHING = "";

    private final EngineSource source;
    private final Horizon horizon;

    EntityRows(EngineSource source, Horizon horizon) {
        this.source = source;
        this.horizon = horizon;
    }

    /** Expects rows of {@link ReadEvents#SCHEMA}. */
    @Override
    public Iterator<Row> call(Iterator<Row> events) {
        FeatureEngine engine = source.engine();
        Map<String, Integer> groups = new HashMap<>();
        for (GroupSpec group : engine.featureSet().groups()) {
            groups.put(group.qualifiedName(), group.index());
        }
        return new FlatMapIterator<>(events, event -> rows(engine, groups, event));
    }

    private List<Row> rows(FeatureEngine engine, Map<String, Integer> groups, Row row) {
        List<Row> rows = new ArrayList<>();
        byte[] encoded = row.getAs(3);
        FeatureEvent event = EventCodec.decode(encoded);
        Set<EntityRef> changed = new LinkedHashSet<>(engine.entitiesOf(event));
        for (long epoch : horizon.ranges().epochs()) {
            int position = horizon.ranges().firstToSee(epoch, row.getInt(1), row.getLong(2));
            if (position != BatchRanges.NONE) {
                for (EntityRef entity : changed) {
                    rows.add(RowFactory.create(scope(epoch, entity), (long) position, 0, 0, "", null, encoded));
                }
            }
        }
        @Nullable ServedVector served = row.isNullAt(4) ? null : ServedVector.parse(row.getString(4));
        if (served != null
                && !served.featureSetHash().equals(engine.featureSet().hashText())) {
            served = null;
        }
        Set<EntityRef> all = changed;
        if (served != null && event instanceof FeatureEvent.Decided payment) {
            List<EntityRef> read = engine.entitiesReadBy(payment.authorization());
            ask(served, read, groups, engine, payment.eventId(), rows);
            all = new LinkedHashSet<>(changed);
            all.addAll(read);
        }
        for (EntityRef entity : all) {
            byte[] asked = served == null ? null : indexes(engine, entity.type());
            rows.add(inHistory(entity, event, asked, changed.contains(entity) ? encoded : null));
        }
        return rows;
    }

    /** One question per entity and batch: usually an entity's groups were all written by the same one. */
    private void ask(
            ServedVector served,
            List<EntityRef> entities,
            Map<String, Integer> groups,
            FeatureEngine engine,
            String id,
            List<Row> rows) {
        Map<EntityRef, Map<Long, ByteArrayOutputStream>> questions = new HashMap<>();
        for (ServedGroup group : served.groups()) {
            Integer index = groups.get(group.group());
            if (index == null || !group.found() || horizon.obstacle(group.sequence()) != null) {
                continue;
            }
            EntityType type = engine.featureSet().groups().get(index).entity();
            for (EntityRef entity : entities) {
                if (entity.type() == type) {
                    questions
                            .computeIfAbsent(entity, e -> new HashMap<>())
                            .computeIfAbsent(group.sequence(), s -> new ByteArrayOutputStream())
                            .write(index);
                }
            }
        }
        questions.forEach((entity, batches) -> batches.forEach((sequence, asked) -> rows.add(RowFactory.create(
                scope(BatchRanges.epochOf(sequence), entity),
                (long) horizon.ranges().position(sequence),
                1,
                0,
                id,
                asked.toByteArray(),
                null))));
    }

    private static Row inHistory(
            EntityRef entity, FeatureEvent event, byte @Nullable [] asked, byte @Nullable [] folded) {
        String id = event.eventId();
        return RowFactory.create(
                EVERYTHING + SCOPE_END + EntityKey.format(entity),
                event.timeMs(),
                event instanceof FeatureEvent.Decided ? 1 : 0,
                id.length(),
                id,
                asked,
                folded);
    }

    private static byte[] indexes(FeatureEngine engine, EntityType type) {
        ByteArrayOutputStream indexes = new ByteArrayOutputStream();
        for (GroupSpec group : engine.featureSet().groups()) {
            if (group.entity() == type) {
                indexes.write(group.index());
            }
        }
        return indexes.toByteArray();
    }

    private static String scope(long epoch, EntityRef entity) {
        return Long.toString(epoch) + SCOPE_END + EntityKey.format(entity);
    }
}
