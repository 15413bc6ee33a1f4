package io.tollgate.pipeline.batch;

import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.history.VectorSlots;
import io.tollgate.pipeline.publish.EntityKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Puts the parts of each payment's vector together, from rows of {@link EvaluateEntities#PART} sorted by row. */
final class AssembleRows<T> implements MapPartitionsFunction<Row, T> {
    private static final long serialVersionUID = 1L;

    private final EngineSource source;
    private final Output<T> output;

    /** What is made of a payment and its vector. */
    @FunctionalInterface
    interface Output<T> extends Serializable {
        T of(FeatureEngine engine, long row, String label, FeatureEvent.Decided payment, double[] vector);
    }

    AssembleRows(EngineSource source, Output<T> output) {
        this.source = source;
        this.output = output;
    }

    @Override
    public Iterator<T> call(Iterator<Row> parts) {
        return new Assembled<>(parts, source.engine(), output);
    }

    private static final class Assembled<T> implements Iterator<T> {
        private final Iterator<Row> parts;
        private final FeatureEngine engine;
        private final VectorSlots slots;
        private final Output<T> output;
        private @Nullable Row first;

        Assembled(Iterator<Row> parts, FeatureEngine engine, Output<T> output) {
            this.parts = parts;
            this.engine = engine;
            this.slots = new VectorSlots(engine);
            this.output = output;
            this.first = parts.hasNext() ? parts.next() : null;
        }

        @Override
        public boolean hasNext() {
            return first != null;
        }

        @Override
        public T next() {
            Row part = first;
            if (part == null) {
                throw new NoSuchElementException();
            }
            long row = part.getLong(0);
            List<Row> own = new ArrayList<>();
            while (part != null && part.getLong(0) == row) {
                own.add(part);
                part = parts.hasNext() ? parts.next() : null;
            }
            first = part;
            return assemble(row, own);
        }

        private T assemble(long row, List<Row> own) {
            double[] vector = engine.defaults();
            FeatureEvent.Decided payment = null;
            String label = "";
            for (Row part : own) {
                String entity = part.getString(1);
                if (entity.charAt(0) == ReadTransactions.PAYMENT) {
                    payment = (FeatureEvent.Decided) EventCodec.decode(part.getAs(2));
                    label = part.getString(3);
                } else {
                    slots.insert(EntityKey.type(entity), part.getAs(2), vector);
                }
            }
            if (payment == null) {
                throw new IllegalStateException("row " + row + " has parts of a vector but no payment");
            }
            engine.derive(payment.authorization(), vector);
            return output.of(engine, row, label, payment, vector);
        }
    }
}
