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

    static final String SCOPE = "scope";

    static final StructType SCHEMA = new StructType()
            .add(SCOPE, DataTypes.StringType, false)
            .add("order1", DataTypes.LongType, false)
            .add("order2", DataTypes.IntegerType, false)
            .add("order3", DataTypes.IntegerType, false)
            .add("id", DataTypes.StringType, false)
            .add("groups", DataTypes.BinaryType)
            .add("event", DataTypes.BinaryType)
            .add("arrived_ms", DataTypes.LongType, false);

    /** Within a scope; events of one batch stand in the order of their arrival. */
    static final String[] ORDER = {"order1", "order2", "order3", "id", "arrived_ms"};

    /** Ends the scope's first part, the epoch. */
    static final char SCOPE_END = ':';

    /** The scope in the order of history, where every earlier event is visible. */
    static final String EVERYTHING = "";

    private final EngineSource source;
    private final @Nullable Horizon horizon;
    private final long lagMs;

    /**
     * @param horizon null to ask for the order of history only, of any feature set
     * @param lagMs in the order of history, an event is visible to payments that happen at least so much later
     */
    EntityRows(EngineSource source, @Nullable Horizon horizon, long lagMs) {
        this.source = source;
        this.horizon = horizon;
        this.lagMs = lagMs;
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
        boolean asked = !row.isNullAt(4);
        if (horizon != null) {
            addEpochs(horizon, changed, row, rows);
            if (asked) {
                ServedVector served = ServedVector.parse(row.getString(4));
                asked = served.featureSetHash().equals(engine.featureSet().hashText());
                if (asked) {
                    ask(horizon, served, (FeatureEvent.Decided) event, groups, engine, rows);
                }
            }
        }
        Set<EntityRef> all = new LinkedHashSet<>(changed);
        if (asked) {
            all.addAll(engine.entitiesReadBy(((FeatureEvent.Decided) event).authorization()));
        }
        for (EntityRef entity : all) {
            byte[] question = asked ? indexes(engine, entity.type()) : null;
            addInHistory(entity, event, question, changed.contains(entity) ? encoded : null, rows);
        }
        return rows;
    }

    private static void addEpochs(Horizon horizon, Set<EntityRef> changed, Row row, List<Row> rows) {
        for (long epoch : horizon.ranges().epochs()) {
            int position = horizon.ranges().firstToSee(epoch, row.getInt(1), row.getLong(2));
            if (position != BatchRanges.NONE) {
                for (EntityRef entity : changed) {
                    rows.add(RowFactory.create(
                            scope(epoch, entity), (long) position, 0, 0, "", null, row.getAs(3), row.getLong(5)));
                }
            }
        }
    }

    /** One question per entity and batch: usually an entity's groups were all written by the same one. */
    private static void ask(
            Horizon horizon,
            ServedVector served,
            FeatureEvent.Decided payment,
            Map<String, Integer> groups,
            FeatureEngine engine,
            List<Row> rows) {
        List<EntityRef> entities = engine.entitiesReadBy(payment.authorization());
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
                payment.eventId(),
                asked.toByteArray(),
                null,
                0L))));
    }

    /** Without a lag a payment's question and its event are one row: asked first, then folded in. */
    private void addInHistory(
            EntityRef entity, FeatureEvent event, byte @Nullable [] asked, byte @Nullable [] folded, List<Row> rows) {
        String scope = EVERYTHING + SCOPE_END + EntityKey.format(entity);
        String id = event.eventId();
        int kind = event instanceof FeatureEvent.Decided ? 1 : 0;
        if (lagMs == 0) {
            rows.add(RowFactory.create(scope, event.timeMs(), kind, id.length(), id, asked, folded, 0L));
            return;
        }
        if (folded != null) {
            rows.add(RowFactory.create(scope, event.timeMs() + lagMs, kind, id.length(), id, null, folded, 0L));
        }
        if (asked != null) {
            rows.add(RowFactory.create(scope, event.timeMs(), 2, id.length(), id, asked, null, 0L));
        }
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
