package io.tollgate.bench.service;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.Lookup;
import io.tollgate.features.VectorReader;
import io.tollgate.features.domain.Authorization;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.UnifiedJedis;

/**
 * What reading the features of a payment takes without a service around it: its keys, one MGET by a blocking client, and
 * the evaluation of the whole vector, one after the other on the calling thread.
 *
 * @param cpuMicros of the thread, for a payment
 * @param wallMicros for a payment, Redis included
 */
record InProcessRead(double cpuMicros, double wallMicros) {
    private static final double MICROS = TimeUnit.MICROSECONDS.toNanos(1);

    static InProcessRead measure(Town town, UnifiedJedis redis, Duration warmUp, Duration time) {
        run(town, redis, warmUp);
        return run(town, redis, time);
    }

    private static InProcessRead run(Town town, UnifiedJedis redis, Duration time) {
        FeatureEngine engine = town.engine();
        VectorReader reader = engine.reader();
        List<Authorization> payments = town.payments();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        int read = 0;
        long cpu = threads.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            Authorization payment = payments.get(read++ % payments.size());
            byte[][] blobs = redis.mget(engine.keys(payment)).toArray(byte[][]::new);
            if (!(reader.read(payment, blobs, false).lookups().get(0) instanceof Lookup.Hit)) {
                throw new IllegalStateException("Redis has nothing of a card of the town");
            }
        }
        long elapsed = System.nanoTime() - start;
        cpu = threads.getCurrentThreadCpuTime() - cpu;
        return new InProcessRead(cpu / MICROS / read, elapsed / MICROS / read);
    }
}
