package io.tollgate.pipeline.publish;

import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.event.EventRules;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * {@link EventFanOut} for the real-time mode: key and value for the entity topic. The entity is the key, so that one
 * partition, and with it one writer, has all of its events.
 */
final class RouteEvents implements MapPartitionsFunction<Row, Tuple2<byte[], byte[]>> {
    private static final long serialVersionUID = 1L;

    private final EngineSource source;
    private final EventRules rules;
    private final ProgressAccumulator progress;
    private final long epoch;

    RouteEvents(EngineSource source, EventRules rules, ProgressAccumulator progress, long epoch) {
        this.source = source;
        this.rules = rules;
        this.progress = progress;
        this.epoch = epoch;
    }

    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(Iterator<Row> messages) {
        EventFanOut fanOut = new EventFanOut(source, rules, progress);
        return new FlatMapIterator<>(
                messages,
                message -> fanOut.events(message).stream()
                        .map(event -> routed(message, event))
                        .toList());
    }

    private Tuple2<byte[], byte[]> routed(Row message, EntityEvent event) {
        return new Tuple2<>(
                event.entity().getBytes(StandardCharsets.US_ASCII),
                new RoutedEvent(epoch, message.getInt(0), message.getLong(1), event).encode());
    }
}
