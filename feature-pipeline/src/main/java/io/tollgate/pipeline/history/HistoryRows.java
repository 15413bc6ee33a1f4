package io.tollgate.pipeline.history;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.FeatureEvent;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.ZoneOffset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.collection.immutable.ArraySeq;

/** Rows in the columns of the tables. */
public final class HistoryRows {
    private HistoryRows() {}

    /**
     * A row of {@code fraud_feature_history}.
     *
     * @param runSequence of the run that computed it
     */
    public static Row vector(FeatureEngine engine, FeatureEvent.Decided payment, double[] vector, long runSequence) {
        return RowFactory.create(
                payment.eventId(),
                Timestamp.from(payment.authorization().occurredAt()),
                runSequence,
                engine.cardIdHash(payment.authorization()),
                engine.featureSet().version(),
                engine.hashText(),
                ArraySeq.unsafeWrapArray(vector),
                Date.valueOf(payment.authorization()
                        .occurredAt()
                        .atZone(ZoneOffset.UTC)
                        .toLocalDate()));
    }
}
