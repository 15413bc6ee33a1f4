package io.tollgate.pipeline.publish;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.LongAccumulator;

/**
 * Writes one partition's entity updates to Redis and answers with one delay per payment, from its decision to
 * the server's acknowledgement, in milliseconds. Expects rows of one column, an encoded {@link EntityUpdate}.
 */
final class WriteUpdates implements FlatMapFunction<Iterator<InternalRow>, Long> {
    private static final long serialVersionUID = 1L;

    private final RedisTarget target;
    private final long sequence;
    private final LongAccumulator keysWritten;

    WriteUpdates(RedisTarget target, long sequence, LongAccumulator keysWritten) {
        this.target = target;
        this.sequence = sequence;
        this.keysWritten = keysWritten;
    }

    @Override
    public Iterator<Long> call(Iterator<InternalRow> updates) {
        RedisWriter writer = RedisWriters.of(target);
        List<Long> delaysMs = new ArrayList<>();
        List<EntityUpdate> chunk = new ArrayList<>(target.pipelineDepth());
        while (updates.hasNext()) {
            chunk.add(EntityUpdate.decode(updates.next().getBinary(0)));
            if (chunk.size() == target.pipelineDepth() || !updates.hasNext()) {
                keysWritten.add(writer.write(chunk, sequence));
                addDelays(chunk, System.currentTimeMillis(), delaysMs);
                chunk.clear();
            }
        }
        return delaysMs.iterator();
    }

    private static void addDelays(List<EntityUpdate> chunk, long acknowledgedAtMs, List<Long> delaysMs) {
        for (EntityUpdate update : chunk) {
            for (long decidedAt : update.decidedAtMs()) {
                delaysMs.add(acknowledgedAtMs - decidedAt);
            }
        }
    }
}
