package io.tollgate.pipeline.batch;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.csv.CsvEvents;
import io.tollgate.features.csv.CsvMapping;
import io.tollgate.features.csv.CsvRow;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.publish.EntityKey;
import io.tollgate.pipeline.publish.FlatMapIterator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * Reads a transactions file in one task, since a compressed file has no middle to start from, and turns each payment and
 * each outcome into one row per entity; the stages after it run on all cores. One more row carries the payment itself.
 */
final class ReadTransactions implements MapPartitionsFunction<Long, Row> {
    private static final long serialVersionUID = 1L;

    /** First letter of the key of rows that carry a payment for the assembly instead of an event for an entity. */
    static final char PAYMENT = '~';

    /** Spreads those rows over the partitions. */
    private static final int PAYMENT_KEYS = 1024;

    /** Sorted by all but the last three, rows of one entity stand in the order of history. */
    static final StructType SCHEMA = new StructType()
            .add("entity", DataTypes.StringType, false)
            .add("time_ms", DataTypes.LongType, false)
            .add("is_payment", DataTypes.BooleanType, false)
            .add("id_length", DataTypes.IntegerType, false)
            .add("id", DataTypes.StringType, false)
            .add("row", DataTypes.LongType, false)
            .add("event", DataTypes.BinaryType, false)
            .add("label", DataTypes.StringType);

    private final EngineSource source;
    private final String transactions;
    private final String mapping;
    private final LongAccumulator read;
    private final LongAccumulator rejected;

    ReadTransactions(
            EngineSource source, String transactions, String mapping, LongAccumulator read, LongAccumulator rejected) {
        this.source = source;
        this.transactions = transactions;
        this.mapping = mapping;
        this.read = read;
        this.rejected = rejected;
    }

    /** The input is one number, to have one task. */
    @Override
    public Iterator<Row> call(Iterator<Long> one) {
        FeatureEngine engine = source.engine();
        CsvMapping columns = CsvMapping.resolve(mapping);
        int label = columns.keep().indexOf(Backfill.ID_COLUMN);
        CsvEvents file = CsvEvents.open(Path.of(transactions), columns);
        TaskContext task = TaskContext.get();
        task.addTaskCompletionListener((TaskCompletionListener) ended -> file.close());
        long[] row = {0};
        return new FlatMapIterator<>(file, csv -> {
            read.add(1);
            if (csv instanceof CsvRow.Payment payment && supported(engine, payment.authorization())) {
                return rows(engine, payment, row[0]++, label);
            }
            rejected.add(1);
            return List.of();
        });
    }

    private static boolean supported(FeatureEngine engine, Authorization payment) {
        return engine.supportsCurrency(payment.amount().currency(), payment.occurredAt());
    }

    private static List<Row> rows(FeatureEngine engine, CsvRow.Payment csv, long row, int label) {
        List<Row> rows = new ArrayList<>();
        FeatureEvent.Decided payment = csv.decided();
        byte[] encoded = EventCodec.encode(payment);
        String text = label >= 0 ? csv.kept().get(label) : payment.eventId();
        rows.add(row(PAYMENT + Long.toString(row % PAYMENT_KEYS), payment, row, encoded, text));
        Set<EntityRef> entities = new LinkedHashSet<>(engine.entitiesOf(payment));
        entities.addAll(engine.entitiesReadBy(payment.authorization()));
        for (EntityRef entity : entities) {
            rows.add(row(EntityKey.format(entity), payment, row, encoded, null));
        }
        FeatureEvent.Outcome outcome = csv.outcome();
        if (outcome != null) {
            byte[] truth = EventCodec.encode(outcome);
            for (EntityRef entity : engine.entitiesOf(outcome)) {
                rows.add(row(EntityKey.format(entity), outcome, row, truth, null));
            }
        }
        return rows;
    }

    private static Row row(String key, FeatureEvent event, long row, byte[] encoded, @Nullable String label) {
        String id = event.eventId();
        return RowFactory.create(
                key, event.timeMs(), event instanceof FeatureEvent.Decided, id.length(), id, row, encoded, label);
    }
}
