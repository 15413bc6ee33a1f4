package io.tollgate.api.store;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the publisher has come, read from its heartbeat once a second and off the request path: tells a quiet card from
 * a stalled pipeline.
 *
 * <p>The heartbeat is a hash of partition to {@code <event time ms>:<wall clock ms of the write>:<sequence>}.
 */
public final class PipelineProgress {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineProgress.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** A publisher that has been silent for this long has stalled: a hundred times its usual 150 ms. */
    private static final Duration STALLED_AFTER = Duration.ofSeconds(15);

    private final LoopRedis redis;
    private final byte[] key;
    private final Clock clock;
    private volatile long lastWriteMs;
    private volatile long newestEventMs;

    public PipelineProgress(LoopRedis redis, byte[] key, Clock clock) {
        this.redis = redis;
        this.key = key;
        this.clock = clock;
    }

    /** Polls on the store's event loop until that loop ends. */
    public void start() {
        var unused = redis.loop().scheduleWithFixedDelay(this::poll, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void poll() {
        RedisConnection connection = redis.connection();
        if (connection == null || !connection.isOpen()) {
            return;
        }
        var unused = connection.async().hgetall(key).whenComplete((partitions, error) -> {
            if (error != null) {
                LOG.debug("cannot read the pipeline's heartbeat: {}", error.toString());
            } else {
                take(partitions);
            }
        });
    }

    private void take(Map<byte[], byte[]> partitions) {
        long write = 0;
        long event = 0;
        for (byte[] value : partitions.values()) {
            String[] parts = new String(value, StandardCharsets.US_ASCII).split(":", -1);
            try {
                event = Math.max(event, Long.parseLong(parts[0]));
                write = Math.max(write, parts.length > 1 ? Long.parseLong(parts[1]) : 0);
            } catch (NumberFormatException e) {
                LOG.warn("the pipeline's heartbeat is not event:write:sequence; is it of another version?");
            }
        }
        newestEventMs = event;
        lastWriteMs = write;
    }

    /** Milliseconds since the publisher last wrote; 0 while it has never been heard of. */
    public long stalenessMs() {
        long write = lastWriteMs;
        return write == 0 ? 0 : Math.max(0, clock.millis() - write);
    }

    /** Event time of the newest payment in the published state, milliseconds since the epoch; 0 when unknown. */
    public long newestEventMs() {
        return newestEventMs;
    }

    /** Whether the publisher is at work. */
    public boolean alive() {
        return lastWriteMs != 0 && !stalled();
    }

    /** Whether the publisher was there and has been silent since for too long. */
    public boolean stalled() {
        return stalenessMs() > STALLED_AFTER.toMillis();
    }
}
