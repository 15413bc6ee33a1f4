package io.tollgate.pipeline.history;

import io.tollgate.features.EntityRef;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
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
        String cardHash = engine.entitiesOf(payment).stream()
                .filter(entity -> entity.type() == EntityType.CARD)
                .map(EntityRef::idHash)
                .findFirst()
                .orElse(null);
        return RowFactory.create(
                payment.eventId(),
                Timestamp.from(payment.authorization().occurredAt()),
                runSequence,
                cardHash,
                engine.featureSet().version(),
                engine.featureSet().hashText(),
                ArraySeq.unsafeWrapArray(vector),
                Date.valueOf(payment.authorization()
                        .occurredAt()
                        .atZone(ZoneOffset.UTC)
                        .toLocalDate()));
    }
}
