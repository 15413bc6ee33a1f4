package io.tollgate.pipeline.batch;

import io.tollgate.features.EntityRef;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.csv.CsvEvents;
import io.tollgate.features.csv.CsvMapping;
import io.tollgate.features.csv.CsvReferences;
import io.tollgate.features.csv.CsvRow;
import io.tollgate.features.csv.ReferenceMapping;
import io.tollgate.features.csv.ReferenceRow;
import io.tollgate.features.domain.Authorization;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.features.domain.Violation;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.publish.EntityKey;
import io.tollgate.pipeline.publish.FlatMapIterator;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.CollectionAccumulator;
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

    /** Of what stands in no row of the transactions file. */
    private static final long NO_ROW = -1;

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
    private final Files files;
    private final Tally tally;

    /**
     * @param references null for none
     */
    record Files(
            String transactions, String mapping, @Nullable String references, String referenceMapping)
            implements Serializable {}

    /** What {@link Backfill.Counts} reports of the files. */
    record Tally(
            LongAccumulator read,
            LongAccumulator rejected,
            LongAccumulator references,
            LongAccumulator referencesRejected,
            CollectionAccumulator<String> rejections)
            implements Serializable {
        /** Enough to see what is wrong with a file; one that is wrong throughout does not fill the memory. */
        private static final int REJECTIONS = 10;

        static Tally of(SparkContext spark) {
            return new Tally(
                    spark.longAccumulator("rows read"),
                    spark.longAccumulator("rows rejected"),
                    spark.longAccumulator("reference rows read"),
                    spark.longAccumulator("reference rows rejected"),
                    spark.collectionAccumulator("rejections"));
        }

        void reject(long line, String reason) {
            rejected.add(1);
            keep("line " + line + ": " + reason);
        }

        void reject(ReferenceRow.Rejected row) {
            referencesRejected.add(1);
            keep("reference data, line " + row.line() + ": " + text(row.violations()));
        }

        private void keep(String rejection) {
            if (rejected.value() + referencesRejected.value() <= REJECTIONS) {
                rejections.add(rejection);
            }
        }

        /** Before the files are read again. */
        void reset() {
            read.reset();
            rejected.reset();
            references.reset();
            referencesRejected.reset();
            rejections.reset();
        }
    }

    ReadTransactions(EngineSource source, Files files, Tally tally) {
        this.source = source;
        this.files = files;
        this.tally = tally;
    }

    /** The input is one number, to have one task. */
    @Override
    public Iterator<Row> call(Iterator<Long> one) {
        FeatureEngine engine = source.engine();
        CsvMapping columns = CsvMapping.resolve(files.mapping());
        int label = label(columns);
        CsvEvents file = CsvEvents.open(Path.of(files.transactions()), columns);
        closeAtEnd(file::close);
        long[] row = {0};
        Iterator<Row> payments = new FlatMapIterator<>(file, csv -> {
            CsvRow.Payment payment = payment(csv, engine, tally);
            return payment == null ? List.of() : rows(engine, payment, row[0]++, label);
        });
        return new FlatMapIterator<>(List.of(references(engine), payments).iterator(), rows -> () -> rows);
    }

    private Iterator<Row> references(FeatureEngine engine) {
        if (files.references() == null) {
            return Collections.emptyIterator();
        }
        CsvReferences file =
                CsvReferences.open(Path.of(files.references()), ReferenceMapping.resolve(files.referenceMapping()));
        closeAtEnd(file::close);
        return new FlatMapIterator<>(file, csv -> {
            tally.references().add(1);
            if (csv instanceof ReferenceRow.Known known) {
                return rows(engine, known.reference());
            }
            tally.reject((ReferenceRow.Rejected) csv);
            return List.of();
        });
    }

    private static void closeAtEnd(Runnable close) {
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> close.run());
    }

    private static List<Row> rows(FeatureEngine engine, FeatureEvent.Reference reference) {
        List<Row> rows = new ArrayList<>();
        byte[] encoded = EventCodec.encode(reference);
        for (EntityRef entity : engine.entitiesOf(reference)) {
            rows.add(row(EntityKey.format(entity), reference, NO_ROW, encoded, null));
        }
        return rows;
    }

    /** Position among the kept columns of the one that names payments, or -1. */
    static int label(CsvMapping columns) {
        return columns.idColumn().map(columns.keep()::indexOf).orElse(-1);
    }

    /** What the output calls a payment. */
    static String label(CsvRow.Payment csv, int label) {
        return label >= 0 ? csv.kept().get(label) : csv.decided().eventId();
    }

    /** Counts a row; null when it holds no payment that can be used. */
    static CsvRow.@Nullable Payment payment(CsvRow csv, FeatureEngine engine, Tally tally) {
        tally.read().add(1);
        if (csv instanceof CsvRow.Payment payment) {
            Authorization authorization = payment.authorization();
            String currency = authorization.amount().currency();
            if (engine.supportsCurrency(currency, authorization.occurredAt())) {
                return payment;
            }
            tally.reject(
                    csv.line(),
                    "amount.currency: no rate for " + currency + " at that time; add it to the rates table");
        } else if (csv instanceof CsvRow.Rejected rejected) {
            tally.reject(csv.line(), text(rejected.violations()));
        }
        return null;
    }

    private static String text(List<Violation> violations) {
        return violations.stream().map(v -> v.field() + " " + v.reason()).collect(Collectors.joining("; "));
    }

    private static List<Row> rows(FeatureEngine engine, CsvRow.Payment csv, long row, int label) {
        List<Row> rows = new ArrayList<>();
        FeatureEvent.Decided payment = csv.decided();
        byte[] encoded = EventCodec.encode(payment);
        String text = label(csv, label);
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
