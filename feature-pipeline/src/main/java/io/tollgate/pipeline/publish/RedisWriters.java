package io.tollgate.pipeline.publish;

import java.util.concurrent.ConcurrentHashMap;

/** The writers of this JVM, one per target: tasks come and go, connections stay. */
final class RedisWriters {
    private static final ConcurrentHashMap<RedisTarget, RedisWriter> OPEN = new ConcurrentHashMap<>();

    private RedisWriters() {}

    static RedisWriter of(RedisTarget target) {
        return OPEN.computeIfAbsent(target, RedisWriter::new);
    }
}
