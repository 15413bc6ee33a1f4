package io.tollgate.pipeline.batch;

import io.tollgate.features.EventCodec;
import io.tollgate.features.FeatureEngine;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.publish.EntityKey;
import io.tollgate.pipeline.publish.RebuildWriter;
import io.tollgate.pipeline.publish.RedisTarget;
import io.tollgate.pipeline.publish.RememberedEntity;
import io.tollgate.pipeline.publish.StateHorizon;
import java.util.Iterator;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Walks through sorted rows of {@link EventsByEntity}, holding one entity at a time: folds as the publisher does, forgets
 * where the publisher forgets, and publishes what is left.
 */
final class PublishEntities implements ForeachPartitionFunction<Row> {
    private static final long serialVersionUID = 1L;

    private final EngineSource source;
    private final RedisTarget publishTo;
    private final long nowMs;
    private final LongAccumulator folded;
    private final LongAccumulator published;

    /**
     * @param nowMs of which the keys' remaining lives are counted, milliseconds since the epoch
     */
    PublishEntities(
            EngineSource source, RedisTarget publishTo, long nowMs, LongAccumulator folded, LongAccumulator published) {
        this.source = source;
        this.publishTo = publishTo;
        this.nowMs = nowMs;
        this.folded = folded;
        this.published = published;
    }

    @Override
    public void call(Iterator<Row> rows) {
        FeatureEngine engine = source.engine();
        StateHorizon horizon = new StateHorizon(engine.featureSet());
        RebuildWriter writer = new RebuildWriter(publishTo);
        String key = "";
        @Nullable RememberedEntity entity = null;
        while (rows.hasNext()) {
            Row row = rows.next();
            if (entity == null || !row.getString(0).equals(key)) {
                publish(writer, key, entity);
                key = row.getString(0);
                entity = RememberedEntity.unknown(engine, horizon, EntityKey.type(key));
            }
            if (entity.fold(EventCodec.decode(row.getAs(4)), row.getLong(1))) {
                folded.add(1);
            }
        }
        publish(writer, key, entity);
        writer.flush();
    }

    private void publish(RebuildWriter writer, String key, @Nullable RememberedEntity entity) {
        if (entity != null) {
            writer.add(EntityKey.idHash(key), entity.state(), Math.max(0, nowMs - entity.lastArrivedMs()));
            published.add(1);
        }
    }
}
