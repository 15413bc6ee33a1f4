package io.tollgate.pipeline.batch;

import io.tollgate.features.EntityState;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.VectorSlots;
import io.tollgate.pipeline.publish.EntityKey;
import io.tollgate.pipeline.publish.FlatMapIterator;
import io.tollgate.pipeline.publish.RebuildWriter;
import io.tollgate.pipeline.publish.RedisTarget;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Walks through sorted rows of {@link ReadTransactions}, holding the state of one entity at a time: evaluates its part of
 * each payment's vector, then folds the payment in.
 */
final class EvaluateEntities implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    /** Row of the file, key of the entity (or of the payment itself), its part (or the payment), label. */
    static final StructType PART = new StructType()
            .add("row", DataTypes.LongType, false)
            .add("entity", DataTypes.StringType, false)
            .add("part", DataTypes.BinaryType, false)
            .add("label", DataTypes.StringType);

    private final EngineSource source;
    private final @Nullable RedisTarget publishTo;
    private final LongAccumulator folded;

    EvaluateEntities(EngineSource source, @Nullable RedisTarget publishTo, LongAccumulator folded) {
        this.source = source;
        this.publishTo = publishTo;
        this.folded = folded;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        Walk walk = new Walk(source.engine(), publishTo == null ? null : new RebuildWriter(publishTo), folded);
        return new FlatMapIterator<>(rows, walk::next, walk::end);
    }

    private static final class Walk {
        private final FeatureEngine engine;
        private final VectorSlots slots;
        private final @Nullable RebuildWriter writer;
        private final LongAccumulator folded;
        private final double[] vector;
        private String key = "";
        private String lastId = "";
        private @Nullable EntityState state;

        Walk(FeatureEngine engine, @Nullable RebuildWriter writer, LongAccumulator folded) {
            this.engine = engine;
            this.slots = new VectorSlots(engine);
            this.writer = writer;
            this.folded = folded;
            this.vector = engine.defaults();
        }

        List<Row> next(Row row) {
            String entity = row.getString(0);
            if (entity.charAt(0) == ReadTransactions.PAYMENT) {
                return List.of(RowFactory.create(row.getLong(5), entity, row.getAs(6), row.getString(7)));
            }
            EntityState current = stateOf(entity);
            FeatureEvent event = EventCodec.decode(row.getAs(6));
            boolean again = lastId.equals(row.getString(4));
            lastId = row.getString(4);
            List<Row> parts = List.of();
            if (event instanceof FeatureEvent.Decided payment) {
                // A payment that a file holds twice has a vector in each row and counts once.
                current.evaluate(payment, vector);
                EntityType type = EntityKey.type(entity);
                parts = List.of(RowFactory.create(row.getLong(5), entity, slots.extract(type, vector), null));
            }
            if (!again) {
                current.fold(event);
                folded.add(1);
            }
            return parts;
        }

        private EntityState stateOf(String entity) {
            EntityState current = state;
            if (current == null || !entity.equals(key)) {
                publish();
                current = engine.newOrderedState(EntityKey.type(entity));
                state = current;
                key = entity;
                lastId = "";
            }
            return current;
        }

        private void publish() {
            if (writer != null && state != null) {
                writer.add(EntityKey.idHash(key), state, 0);
            }
        }

        void end() {
            publish();
            state = null;
            if (writer != null) {
                writer.flush();
            }
        }
    }
}
