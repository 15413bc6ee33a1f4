package io.tollgate.pipeline.parity;

import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.VectorReader;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Reads each payment's blobs as the service does; one row per payment, from rows of {@link CompareVectors#SCHEMA}. */
final class ReadVisible implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    /** A number that there is none of is null, as in {@code txn_events}. */
    static final StructType SCHEMA = new StructType()
            .add("transaction_id", DataTypes.StringType, false)
            .add("vector", DataTypes.createArrayType(DataTypes.DoubleType), false);

    private final EngineSource source;

    ReadVisible(EngineSource source) {
        this.source = source;
    }

    /** Expects rows sorted by transaction and kind. */
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Vectors(rows, source.engine());
    }

    private static final class Vectors implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final VectorReader reader;
        private final int keys;
        private @Nullable Row payment;

        Vectors(Iterator<Row> rows, FeatureEngine engine) {
            this.rows = rows;
            this.reader = engine.reader();
            this.keys = engine.featureSet().groups().size()
                    + engine.featureSet().tails().size();
            this.payment = rows.hasNext() ? rows.next() : null;
        }

        @Override
        public boolean hasNext() {
            return payment != null;
        }

        @Override
        public Row next() {
            Row current = payment;
            if (current == null) {
                throw new NoSuchElementException();
            }
            byte[][] values = new byte[keys][];
            payment = null;
            while (payment == null && rows.hasNext()) {
                Row row = rows.next();
                if (row.getInt(1) == CompareVectors.PAYMENT) {
                    payment = row;
                } else {
                    values[row.getInt(2)] = row.getAs(3);
                }
            }
            FeatureEvent.Decided event = (FeatureEvent.Decided) EventCodec.decode(current.getAs(3));
            double[] vector = reader.read(event.authorization(), values, false).values();
            List<@Nullable Double> sayable = new ArrayList<>(vector.length);
            for (double value : vector) {
                sayable.add(Double.isNaN(value) || Double.isInfinite(value) ? null : value);
            }
            return RowFactory.create(
                    current.getString(0),
                    scala.jdk.javaapi.CollectionConverters.asScala(sayable).toSeq());
        }
    }
}
