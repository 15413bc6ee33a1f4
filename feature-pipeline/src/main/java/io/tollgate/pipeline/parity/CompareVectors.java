package io.tollgate.pipeline.parity;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.FeatureVector;
import io.tollgate.features.Tail;
import io.tollgate.features.VectorReader;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.spec.GroupSpec;
import io.tollgate.pipeline.config.EngineSource;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Brings each payment's blobs together and reads them as the service does: one call of {@link VectorReader} with what
 * stood under the keys. Gives one result per partition.
 */
final class CompareVectors implements MapPartitionsFunction<Row, ParityResult> {
    private static final long serialVersionUID = 1L;

    /** Transaction, kind of row, and either a group's blob, or the payment's event as JSON and bytes and its tail. */
    static final StructType SCHEMA = new StructType()
            .add("transaction_id", DataTypes.StringType, false)
            .add("kind", DataTypes.IntegerType, false)
            .add("group", DataTypes.IntegerType, false)
            .add("bytes", DataTypes.BinaryType, false)
            .add("value", DataTypes.StringType)
            .add("tail", DataTypes.createArrayType(DataTypes.BinaryType, false));

    /** Kind of the payment itself; sorts before its blobs. */
    static final int PAYMENT = -1;

    /** Kind of a blob as the service read it. */
    static final int AS_SERVED = 0;

    /** Kind of a blob as it would have been, had every earlier event been visible. */
    static final int EVERYTHING = 1;

    private final EngineSource source;
    private final Horizon horizon;
    private final LongAccumulator done;

    CompareVectors(EngineSource source, Horizon horizon, LongAccumulator done) {
        this.source = source;
        this.horizon = horizon;
        this.done = done;
    }

    /** Expects rows of {@link #SCHEMA}, sorted by transaction and kind. */
    @Override
    public Iterator<ParityResult> call(Iterator<Row> rows) {
        FeatureEngine engine = source.engine();
        ParityResult result = new ParityResult(engine.vectorLength());
        VectorComparison comparison = new VectorComparison(engine, horizon, result);
        Reading reading = new Reading(engine);
        Question open = null;
        while (rows.hasNext()) {
            Row row = rows.next();
            if (row.getInt(1) == PAYMENT) {
                finish(open, comparison, reading);
                open = question(engine, row);
            } else if (open == null || !open.id.equals(row.getString(0))) {
                throw new IllegalStateException("blobs of " + row.getString(0) + " without the payment");
            } else {
                byte[][] blobs = row.getInt(1) == AS_SERVED ? open.asServed : open.everything;
                blobs[row.getInt(2)] = row.getAs(3);
            }
        }
        finish(open, comparison, reading);
        return List.of(result).iterator();
    }

    private void finish(@Nullable Question question, VectorComparison comparison, Reading reading) {
        if (question != null) {
            comparison.compare(question, reading);
            done.add(1);
        }
    }

    private static Question question(FeatureEngine engine, Row row) {
        FeatureEvent.Decided payment = (FeatureEvent.Decided) EventCodec.decode(row.getAs(3));
        List<FeatureEvent.Decided> tail = new ArrayList<>();
        if (!row.isNullAt(5)) {
            for (byte[] event : row.<byte[]>getList(5)) {
                tail.add((FeatureEvent.Decided) EventCodec.decode(event));
            }
        }
        return new Question(row.getString(0), payment, ServedVector.parse(row.getString(4)), tail, engine);
    }

    /** A payment with what it is to be evaluated from. */
    static final class Question {
        final String id;
        final FeatureEvent.Decided payment;
        final ServedVector served;
        /** Those of the tail's payments that the table holds. */
        final List<FeatureEvent.Decided> tail;

        final byte[][] asServed;
        final byte[][] everything;

        Question(
                String id,
                FeatureEvent.Decided payment,
                ServedVector served,
                List<FeatureEvent.Decided> tail,
                FeatureEngine engine) {
            this.id = id;
            this.payment = payment;
            this.served = served;
            this.tail = tail;
            int keys = engine.featureSet().groups().size()
                    + engine.featureSet().tails().size();
            this.asServed = new byte[keys][];
            this.everything = new byte[keys][];
        }
    }

    /** The service's way from what it read to a vector. Confined to one thread. */
    static final class Reading {
        /** No blob: the reader takes the declared defaults for it. */
        static final byte[] UNUSABLE = {};

        private final FeatureEngine engine;
        private final VectorReader reader;

        Reading(FeatureEngine engine) {
            this.engine = engine;
            this.reader = engine.reader();
        }

        FeatureVector read(Question question, byte[][] values) {
            return reader.read(question.payment.authorization(), values, false);
        }

        /**
         * Puts the tails behind the groups, as the store has them: each payment under the entities that it is of, where
         * the tail had it then.
         */
        void addTails(Question question, ServedGroup[] found, byte[][] values) {
            List<EntityRef> entities = engine.entitiesReadBy(question.payment.authorization());
            List<EntityType> tails = engine.featureSet().tails();
            for (int i = 0; i < tails.size(); i++) {
                EntityType type = tails.get(i);
                Set<String> had = tailOf(type, found);
                ByteArrayOutputStream entries = new ByteArrayOutputStream();
                for (FeatureEvent.Decided event : question.tail) {
                    List<EntityRef> of = engine.entitiesReadBy(event.authorization());
                    if (had.contains(event.eventId())
                            && of.stream().anyMatch(entity -> entity.type() == type && entities.contains(entity))) {
                        entries.writeBytes(Tail.entry(event));
                    }
                }
                values[engine.featureSet().groups().size() + i] = entries.size() == 0 ? null : entries.toByteArray();
            }
        }

        /** The groups of an entity are read with its tail in one step: what one of them took, all had before them. */
        private Set<String> tailOf(EntityType type, ServedGroup[] found) {
            Set<String> ids = new HashSet<>();
            for (GroupSpec group : engine.featureSet().groups()) {
                ServedGroup was = found[group.index()];
                if (group.entity() == type && was != null) {
                    ids.addAll(was.tail());
                }
            }
            return ids;
        }
    }
}
