package io.tollgate.pipeline.parity;

import io.tollgate.features.EventCodec;
import io.tollgate.pipeline.config.EngineSource;
import io.tollgate.pipeline.event.EventParser;
import io.tollgate.pipeline.event.EventRules;
import io.tollgate.pipeline.event.ParsedEvent;
import io.tollgate.pipeline.publish.FlatMapIterator;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Reads the rows of {@code txn_events} again: every one was accepted when it was appended. */
public final class ReadEvents implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    /**
     * The event as bytes, where it stood in the topic, of authorizations that are asked about the JSON, and when the
     * message arrived.
     */
    public static final StructType SCHEMA = new StructType()
            .add("event_id", DataTypes.StringType, false)
            .add("partition", DataTypes.IntegerType, false)
            .add("offset", DataTypes.LongType, false)
            .add("event", DataTypes.BinaryType, false)
            .add("value", DataTypes.StringType)
            .add("arrived_ms", DataTypes.LongType, false);

    private final EngineSource source;

    public ReadEvents(EngineSource source) {
        this.source = source;
    }

    /** Expects event id, partition, offset, value, arrival in milliseconds and whether the event is asked about. */
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        EventParser parser = new EventParser(EventRules.ACCEPTED_BEFORE, source.engine(), EventParser.Detail.EVENT);
        return new FlatMapIterator<>(rows, row -> List.of(read(parser, row)));
    }

    private static Row read(EventParser parser, Row row) {
        String value = row.getString(3);
        ParsedEvent parsed = parser.parse(value.getBytes(StandardCharsets.UTF_8), row.getLong(4));
        if (!(parsed instanceof ParsedEvent.Accepted accepted)) {
            throw new IllegalStateException("txn_events holds an event that cannot be read (partition " + row.getInt(1)
                    + ", offset " + row.getLong(2) + "): " + ((ParsedEvent.Rejected) parsed).reason());
        }
        @Nullable String asked = row.getBoolean(5) ? value : null;
        return RowFactory.create(
                row.getString(0),
                row.getInt(1),
                row.getLong(2),
                EventCodec.encode(accepted.event()),
                asked,
                row.getLong(4));
    }
}
