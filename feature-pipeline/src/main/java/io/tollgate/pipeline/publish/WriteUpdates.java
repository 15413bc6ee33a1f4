package io.tollgate.pipeline.publish;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.LongAccumulator;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/**
 * Writes one partition's entity updates to Redis and answers with one delay per payment, from its decision to
 * the server's acknowledgement, in milliseconds. Expects rows of one column, an encoded {@link EntityUpdate}.
 */
final class WriteUpdates extends AbstractFunction2<TaskContext, Iterator<InternalRow>, long[]> implements Serializable {
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
    public long[] apply(TaskContext task, Iterator<InternalRow> updates) {
        RedisWriter writer = RedisWriters.of(target);
        LongStream.Builder delaysMs = LongStream.builder();
        List<EntityUpdate> chunk = new ArrayList<>(target.pipelineDepth());
        while (updates.hasNext()) {
            chunk.add(EntityUpdate.decode(updates.next().getBinary(0)));
            if (chunk.size() == target.pipelineDepth() || !updates.hasNext()) {
                keysWritten.add(writer.write(chunk, sequence));
                addDelays(chunk, System.currentTimeMillis(), delaysMs);
                chunk.clear();
            }
        }
        return delaysMs.build().toArray();
    }

    private static void addDelays(List<EntityUpdate> chunk, long acknowledgedAtMs, LongStream.Builder delaysMs) {
        for (EntityUpdate update : chunk) {
            for (long decidedAt : update.decidedAtMs()) {
                delaysMs.add(acknowledgedAtMs - decidedAt);
            }
        }
    }
}
