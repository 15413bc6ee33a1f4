package io.tollgate.pipeline.history;

import io.tollgate.features.EntityRef;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.domain.EntityType;
import io.tollgate.features.domain.FeatureEvent;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
import java.nio.charset.StandardCharsets;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.ArraySeq;
import scala.collection.immutable.Seq;

/** A message with the verdict on it and the columns that the tables want; times in milliseconds since the epoch. */
final class ParseMessages implements MapFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    static final StructType SCHEMA = new StructType()
            .add("kafka_partition", DataTypes.IntegerType, false)
            .add("kafka_offset", DataTypes.LongType, false)
            .add("arrived_ms", DataTypes.LongType, false)
            .add("payload", DataTypes.BinaryType)
            .add("defect", DataTypes.StringType)
            .add("rule", DataTypes.StringType)
            .add("reason", DataTypes.StringType)
            .add("event_type", DataTypes.StringType)
            .add("event_id", DataTypes.StringType)
            .add("event_ms", DataTypes.LongType)
            .add("transaction_id", DataTypes.StringType)
            .add("card_hash", DataTypes.StringType)
            .add("decided_ms", DataTypes.LongType)
            .add("decision", DataTypes.StringType)
            .add("score", DataTypes.DoubleType)
            .add("feature_set", DataTypes.StringType)
            .add("feature_set_hash", DataTypes.StringType)
            .add("model", DataTypes.StringType)
            .add("policy", DataTypes.StringType)
            .add("vector", DataTypes.createArrayType(DataTypes.DoubleType))
            .add("groups", DataTypes.StringType)
            .add("value", DataTypes.StringType)
            .add("warnings", DataTypes.createArrayType(DataTypes.StringType, false));

    private final EngineSource source;
    private final EventRules rules;

    ParseMessages(EngineSource source, EventRules rules) {
        this.source = source;
        this.rules = rules;
    }

    /** Expects partition, offset, value and timestampMs, in this order. */
    @Override
    public Row call(Row message) {
        byte[] payload = message.getAs(2);
        ParsedEvent parsed =
                new EventParser(rules, source.engine(), EventParser.Detail.SERVED).parse(payload, message.getLong(3));
        Object[] row = new Object[SCHEMA.size()];
        row[0] = message.getInt(0);
        row[1] = message.getLong(1);
        row[2] = message.getLong(3);
        if (parsed instanceof ParsedEvent.Rejected rejected) {
            row[3] = payload;
            row[4] = rejected.defect().name();
            row[5] = rejected.rule();
            row[6] = rejected.reason();
        } else if (parsed instanceof ParsedEvent.Accepted accepted) {
            fill(row, accepted, payload);
        }
        return RowFactory.create(row);
    }

    private void fill(Object[] row, ParsedEvent.Accepted accepted, byte[] payload) {
        FeatureEvent event = accepted.event();
        row[8] = event.eventId();
        row[9] = event.timeMs();
        row[11] = cardHash(source.engine(), event);
        row[21] = new String(payload, StandardCharsets.UTF_8);
        row[22] = ArraySeq.unsafeWrapArray(accepted.warnings().toArray());
        if (event instanceof FeatureEvent.Decided decided) {
            row[7] = "authorization";
            row[10] = decided.authorization().transactionId().value();
            row[13] = decided.decision().name();
            row[14] = Double.isNaN(decided.score()) ? null : decided.score();
        } else if (event instanceof FeatureEvent.Outcome outcome) {
            row[7] = "outcome";
            row[10] = outcome.transactionId().value();
        } else {
            row[7] = "reference";
        }
        ParsedEvent.Served served = accepted.served();
        if (served != null) {
            row[12] = served.decidedAtMs();
            row[15] = served.featureSetVersion();
            row[16] = served.featureSetHash();
            row[17] = served.model();
            row[18] = served.policy();
            row[19] = vector(served.vector());
            row[20] = served.groups();
        }
    }

    /** A missing number is null in the event and in the table, so that nobody averages over it. */
    private static @Nullable Seq<@Nullable Double> vector(double @Nullable [] vector) {
        if (vector == null) {
            return null;
        }
        @Nullable Object[] boxed = new Object[vector.length];
        for (int i = 0; i < vector.length; i++) {
            boxed[i] = Double.isNaN(vector[i]) ? null : vector[i];
        }
        @SuppressWarnings("unchecked")
        Seq<@Nullable Double> seq = (Seq<@Nullable Double>) (Seq<?>) ArraySeq.unsafeWrapArray(boxed);
        return seq;
    }

    private static @Nullable String cardHash(FeatureEngine engine, FeatureEvent event) {
        for (EntityRef entity : engine.entitiesOf(event)) {
            if (entity.type() == EntityType.CARD) {
                return entity.idHash();
            }
        }
        return null;
    }
}
