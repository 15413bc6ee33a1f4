package io.tollgate.pipeline.parity;

import io.tollgate.features.EntityState;
import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Published;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.publish.EntityKey;
import io.tollgate.pipeline.publish.FlatMapIterator;
import io.tollgate.pipeline.publish.RememberedEntity;
import io.tollgate.pipeline.publish.StateHorizon;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
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

    /** A state and how an event gets into it. */
    private record Folder(EntityState state, BiConsumer<FeatureEvent, Long> into) {
        void fold(FeatureEvent event, long arrivedMs) {
            into.accept(event, arrivedMs);
        }
    }

    private static final class Walk {
        private final FeatureEngine engine;
        private final StateHorizon horizon;
        private final LongAccumulator folded;
        private String scope = "";
        private String entity = "";
        private int variant;
        private @Nullable Folder state;
        /** Of the present state; null when events have been folded in since. */
        private @Nullable List<Published> blobs;

        Walk(FeatureEngine engine, LongAccumulator folded) {
            this.engine = engine;
            this.horizon = new StateHorizon(engine.featureSet());
            this.folded = folded;
        }

        List<Row> next(Row row) {
            Folder current = stateOf(row.getString(0));
            List<Row> answers = new ArrayList<>();
            if (!row.isNullAt(5)) {
                byte[] groups = row.getAs(5);
                for (Published published : blobs(current.state())) {
                    for (byte group : groups) {
                        if (published.group() == group) {
                            answers.add(RowFactory.create(
                                    row.getString(4), variant, (int) group, published.blob(), null, null));
                        }
                    }
                }
            }
            if (!row.isNullAt(6)) {
                current.fold(EventCodec.decode(row.getAs(6)), row.getLong(7));
                folded.add(1);
                blobs = null;
            }
            return answers;
        }

        private Folder stateOf(String next) {
            Folder current = state;
            if (current == null || !next.equals(scope)) {
                scope = next;
                int end = next.indexOf(EntityRows.SCOPE_END);
                boolean everything = next.substring(0, end).equals(EntityRows.EVERYTHING);
                variant = everything ? CompareVectors.EVERYTHING : CompareVectors.AS_SERVED;
                entity = next.substring(end + 1);
                current = everything ? inHistory(EntityKey.type(entity)) : asPublished(EntityKey.type(entity));
                state = current;
                blobs = null;
            }
            return current;
        }

        /** History forgets nothing. */
        private Folder inHistory(EntityType type) {
            EntityState ordered = engine.newOrderedState(type);
            return new Folder(ordered, (event, arrivedMs) -> ordered.fold(event));
        }

        private Folder asPublished(EntityType type) {
            RememberedEntity remembered = RememberedEntity.unknown(engine, horizon, type);
            return new Folder(remembered.state(), remembered::fold);
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
