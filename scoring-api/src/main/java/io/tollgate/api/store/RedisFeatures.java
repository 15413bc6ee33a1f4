package io.tollgate.api.store;

import io.netty.util.concurrent.FastThreadLocal;
import io.tollgate.api.decision.FeatureSource;
import io.tollgate.features.FeatureEngine;
import io.tollgate.features.FeatureVector;
import io.tollgate.features.MissCause;
import io.tollgate.features.VectorReader;
import io.tollgate.features.domain.Authorization;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Features from Redis: the packed groups of a payment's entities in one MGET, evaluated by the compiled feature set. While
 * Redis gives nothing, those of busy merchants from what was last read of them.
 */
public final class RedisFeatures implements FeatureSource {
    private final FeatureEngine engine;
    private final RedisCommands redis;
    private final RedisBreaker breaker;
    private final PipelineProgress progress;
    private final LastKnownValues lastKnown;
    private final FastThreadLocal<VectorReader> readers = new FastThreadLocal<>() {
        @Override
        protected VectorReader initialValue() {
            return engine.reader();
        }
    };

    public RedisFeatures(
            FeatureEngine engine,
            RedisCommands redis,
            RedisBreaker breaker,
            PipelineProgress progress,
            LastKnownValues lastKnown) {
        this.engine = engine;
        this.redis = redis;
        this.breaker = breaker;
        this.progress = progress;
        this.lastKnown = lastKnown;
    }

    @Override
    public void fetch(Authorization authorization, Duration timeout, Consumer<Fetched> then) {
        if (timeout.isZero()) {
            then.accept(new Fetched.Nothing(MissCause.TIMEOUT));
            return;
        }
        breaker.<byte[][]>guard(
                timeout,
                reply -> redis.get(engine.keys(authorization), timeout, reply),
                (values, error) -> then.accept(
                        values != null
                                ? new Fetched.Values(values)
                                : new Fetched.Nothing(
                                        error instanceof RedisCommands.Late
                                                ? MissCause.TIMEOUT
                                                : MissCause.UNAVAILABLE)));
    }

    @Override
    public FeatureVector evaluate(Authorization authorization, Fetched fetched) {
        VectorReader reader = readers.get();
        if (fetched instanceof Fetched.Values found) {
            FeatureVector vector = reader.read(authorization, found.values(), progress.stalled());
            lastKnown.keep(authorization, found.values(), vector.lookups());
            return vector;
        }
        MissCause cause = ((Fetched.Nothing) fetched).cause();
        byte[][] held = lastKnown.find(authorization);
        return held == null ? reader.unavailable(authorization, cause) : reader.lastKnown(authorization, held, cause);
    }
}
