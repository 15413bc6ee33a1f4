package io.tollgate.pipeline.history;

import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapGroupsFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Puts the parts of a payment's vector together and derives the rest: a row of {@code fraud_feature_history}. */
final class AssembleVector implements MapGroupsFunction<String, Row, Row> {
    private static final long serialVersionUID = 1L;

    private final EngineSource source;
    private final long runSequence;

    AssembleVector(EngineSource source, long runSequence) {
        this.source = source;
        this.runSequence = runSequence;
    }

    /** Expects rows of {@link VectorProcessor#PART}. */
    @Override
    public Row call(String transactionId, Iterator<Row> parts) {
        FeatureEngine engine = source.engine();
        VectorSlots slots = new VectorSlots(engine);
        double[] vector = engine.defaults();
        FeatureEvent.@Nullable Decided payment = null;
        while (parts.hasNext()) {
            Row part = parts.next();
            slots.insert(EntityType.valueOf(part.getString(1)), part.getAs(2), vector);
            byte[] event = part.getAs(3);
            if (event != null) {
                payment = (FeatureEvent.Decided) EventCodec.decode(event);
            }
        }
        if (payment == null) {
            throw new IllegalStateException(
                    "the card's part of " + transactionId + " is not in the batch of the others");
        }
        engine.derive(payment.authorization(), vector);
        return HistoryRows.vector(engine, payment, vector, runSequence);
    }
}
