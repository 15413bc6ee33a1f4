package io.tollgate.pipeline.parity;

import io.tollgate.features.EntityState;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.publish.EntityKey;
import io.tollgate.pipeline.publish.FlatMapIterator;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Walks through sorted rows of {@link EntityRows}, holding the state of one entity at a time: folds events, and answers
 * each question with the blobs that the publisher would have written then.
 */
final class Republish implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    private final EngineSource source;
    private final LongAccumulator folded;

    Republish(EngineSource source, LongAccumulator folded) {
        this.source = source;
        this.folded = folded;
    }

    /** Gives rows of {@link CompareVectors#SCHEMA}. */
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new FlatMapIterator<>(rows, new Walk(source.engine(), folded)::next);
    }

    private static final class Walk {
        private final FeatureEngine engine;
        private final LongAccumulator folded;
        private String scope = "";
        private String entity = "";
        private int variant;
        private @Nullable EntityState state;
        /** Of the present state; null when events have been folded in since. */
        private @Nullable List<Published> blobs;

        Walk(FeatureEngine engine, LongAccumulator folded) {
            this.engine = engine;
            this.folded = folded;
        }

        List<Row> next(Row row) {
            EntityState current = stateOf(row.getString(0));
            List<Row> answers = new ArrayList<>();
            if (!row.isNullAt(5)) {
                byte[] groups = row.getAs(5);
                for (Published published : blobs(current)) {
                    for (byte group : groups) {
                        if (published.group() == group) {
                            answers.add(RowFactory.create(
                                    row.getString(4), variant, (int) group, published.blob(), null, null));
                        }
                    }
                }
            }
            if (!row.isNullAt(6)) {
                current.fold(EventCodec.decode(row.getAs(6)));
                folded.add(1);
                blobs = null;
            }
            return answers;
        }

        private EntityState stateOf(String next) {
            EntityState current = state;
            if (current == null || !next.equals(scope)) {
                scope = next;
                int end = next.indexOf(EntityRows.SCOPE_END);
                boolean everything = next.substring(0, end).equals(EntityRows.EVERYTHING);
                variant = everything ? CompareVectors.EVERYTHING : CompareVectors.AS_SERVED;
                entity = next.substring(end + 1);
                current = everything
                        ? engine.newOrderedState(EntityKey.type(entity))
                        : engine.newState(EntityKey.type(entity));
                state = current;
                blobs = null;
            }
            return current;
        }

        private List<Published> blobs(EntityState current) {
            List<Published> ready = blobs;
            if (ready == null) {
                // Whoever reads for comparison looks at the state only; sequence and time are the header's.
                ready = current.publish(EntityKey.idHash(entity), 0, 0);
                blobs = ready;
            }
            return ready;
        }
    }
}
