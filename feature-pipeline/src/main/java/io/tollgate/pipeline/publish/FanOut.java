package io.tollgate.pipeline.publish;

import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.event.EventRules;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/** {@link EventFanOut} for the micro-batch: encoded {@link EntityEvent}s on their way to the state. */
final class FanOut implements MapPartitionsFunction<Row, byte[]> {
    private static final long serialVersionUID = 1L;

    private final EngineSource source;
    private final EventRules rules;
    private final ProgressAccumulator progress;

    FanOut(EngineSource source, EventRules rules, ProgressAccumulator progress) {
        this.source = source;
        this.rules = rules;
        this.progress = progress;
    }

    @Override
    public Iterator<byte[]> call(Iterator<Row> messages) {
        EventFanOut fanOut = new EventFanOut(source, rules, progress);
        return new FlatMapIterator<>(
                messages,
                message ->
                        fanOut.events(message).stream().map(EntityEvent::encode).toList());
    }
}
